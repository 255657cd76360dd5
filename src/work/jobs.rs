//! What each kind of job does: the one place where rooms are called by name.

use crate::cluster::Clusterer;
use crate::id::Id;
use crate::model::incident::Incident;
use crate::model::job::Work;
use crate::store::job::Row;
use crate::{App, account, analyze, desk, ingest};
use anyhow::{Context, Result};

/// Performs jobs of one kind together. Each is safe to repeat.
pub async fn perform(app: &App, clusterer: &Clusterer, jobs: &[Row]) -> Result<()> {
    let work: Vec<Work> = jobs.iter().map(|job| serde_json::from_str(&job.payload).context("reading a job")).collect::<Result<_>>()?;
    match work.first() {
        Some(Work::Analyze { .. }) => analyze::incidents(app, &incidents(&work)).await.context("analyzing"),
        Some(Work::Publish { .. }) => desk::publish::by_policy(app, &incidents(&work)).await.context("publishing"),
        _ => {
            for one in work {
                perform_one(app, clusterer, one).await?;
            }
            Ok(())
        }
    }
}

/// The incidents of jobs that are performed together.
fn incidents(work: &[Work]) -> Vec<Id<Incident>> {
    let of = |one: &Work| match one {
        Work::Analyze { incident } | Work::Publish { incident } => Some(*incident),
        _ => None,
    };
    work.iter().filter_map(of).collect()
}

async fn perform_one(app: &App, clusterer: &Clusterer, work: Work) -> Result<()> {
    match work {
        Work::Fetch { source } => ingest::fetch(app, source).await.context("reading a source"),
        Work::Page { article } => ingest::page(app, article).await.context("reading the page of an article"),
        Work::Prices => ingest::price::prices(app).await.context("reading prices"),
        Work::Cluster => clusterer.run(app).await.context("clustering"),
        Work::Continue { incident } => clusterer.go_on(app, incident).await.context("looking for what an incident goes on with"),
        Work::Analyze { incident } => analyze::incidents(app, &[incident]).await.context("analyzing"),
        Work::Ask { incident } => analyze::writer::ask(app, incident).await.context("asking the language model"),
        Work::Publish { incident } => desk::publish::by_policy(app, &[incident]).await.context("publishing"),
        Work::Again => analyze::again::step(app).await.context("analyzing all incidents anew"),
        Work::Respell => desk::respell::step(app).await.context("spelling what can be found anew"),
        Work::Release { incident } => desk::schedule::release(app, incident).await.context("publishing what was scheduled"),
        Work::Brief { until } => desk::briefing::compose(app, until).await.context("composing a briefing"),
        Work::Letter { account, until } => account::briefing::send(app, account, until).await.context("sending a briefing"),
        Work::Look => account::alert::look(app).await.context("looking through the watches"),
        Work::Tell { webhook } => account::webhook::tell(app, webhook).await.context("telling a webhook"),
    }
}
