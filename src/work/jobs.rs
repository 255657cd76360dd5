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
    let incidents = |pick: fn(&Work) -> Option<Id<Incident>>| work.iter().filter_map(pick).collect::<Vec<_>>();
    match work.first() {
        None => Ok(()),
        Some(Work::Fetch { .. }) => {
            for one in &work {
                if let Work::Fetch { source } = one {
                    ingest::fetch(app, *source).await.context("reading a source")?;
                }
            }
            Ok(())
        }
        Some(Work::Page { .. }) => {
            for one in &work {
                if let Work::Page { article } = one {
                    ingest::page(app, *article).await.context("reading the page of an article")?;
                }
            }
            Ok(())
        }
        Some(Work::Prices) => ingest::price::prices(app).await.context("reading prices"),
        Some(Work::Cluster) => clusterer.run(app).await.context("clustering"),
        Some(Work::Continue { .. }) => {
            for incident in incidents(|w| if let Work::Continue { incident } = w { Some(*incident) } else { None }) {
                clusterer.go_on(app, incident).await.context("looking for what an incident goes on with")?;
            }
            Ok(())
        }
        Some(Work::Analyze { .. }) => {
            let ids = incidents(|w| if let Work::Analyze { incident } = w { Some(*incident) } else { None });
            analyze::incidents(app, &ids).await.context("analyzing")
        }
        Some(Work::Ask { .. }) => {
            for incident in incidents(|w| if let Work::Ask { incident } = w { Some(*incident) } else { None }) {
                analyze::writer::ask(app, incident).await.context("asking the language model")?;
            }
            Ok(())
        }
        Some(Work::Publish { .. }) => {
            let ids = incidents(|w| if let Work::Publish { incident } = w { Some(*incident) } else { None });
            desk::publish::by_policy(app, &ids).await.context("publishing")
        }
        Some(Work::Brief { .. }) => {
            for one in &work {
                if let Work::Brief { until } = one {
                    desk::briefing::compose(app, *until).await.context("composing a briefing")?;
                }
            }
            Ok(())
        }
        Some(Work::Letter { .. }) => {
            for one in &work {
                if let Work::Letter { account, until } = one {
                    account::briefing::send(app, *account, *until).await.context("sending a briefing")?;
                }
            }
            Ok(())
        }
        Some(Work::Look) => account::alert::look(app).await.context("looking through the watches"),
        Some(Work::Respell) => desk::respell::step(app).await.context("spelling what can be found anew"),
        Some(Work::Again) => analyze::again::step(app).await.context("analyzing all incidents anew"),
        Some(Work::Tell { .. }) => {
            for one in &work {
                if let Work::Tell { webhook } = one {
                    account::webhook::tell(app, *webhook).await.context("telling a webhook")?;
                }
            }
            Ok(())
        }
        Some(Work::Release { .. }) => {
            for incident in incidents(|w| if let Work::Release { incident } = w { Some(*incident) } else { None }) {
                desk::schedule::release(app, incident).await.context("publishing what was scheduled")?;
            }
            Ok(())
        }
    }
}
