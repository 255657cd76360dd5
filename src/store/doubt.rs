//! Doubts: readers who say that an article is not about its incident's event.

use super::{Sql, Tx};
use crate::clock::Timestamp;
use crate::id::Id;
use crate::model::account::Account;
use crate::model::article::Article;
use crate::model::incident::Incident;
use crate::{Result, params};

/// What a doubt adds to an incident's value, so that the queue has it before all others.
const VALUE: f64 = 100.0;

/// Notes a reader's doubt about the article at a place of an incident; a second one of the same reader is the first. `false`
/// when there is no such article.
pub async fn add(tx: &mut Tx, incident: Id<Incident>, place: i64, by: Id<Account>, now: Timestamp) -> Result<bool> {
    let article: Option<(Id<Article>,)> =
        tx.optional("SELECT id FROM article WHERE incident_id = $1 AND place = $2", params![incident, place]).await?;
    let Some((article,)) = article else { return Ok(false) };
    let added = tx
        .run(
            "INSERT INTO doubt (article_id, account_id, said_at) VALUES ($1, $2, $3) ON CONFLICT (article_id, account_id) DO NOTHING",
            params![article, by, now],
        )
        .await?;
    if added == 1 {
        let first =
            "UPDATE incident SET doubts = doubts + 1, reviewed = FALSE, value = value + CASE WHEN doubts = 0 THEN $2 ELSE 0 END WHERE id = $1";
        tx.run(first, params![incident, VALUE]).await?;
    }
    Ok(true)
}

/// How many readers doubt each article of an incident, by place.
pub async fn count_of(db: impl Sql, incident: Id<Incident>) -> Result<Vec<(i64, i64)>> {
    Ok(db
        .all(
            "SELECT article.place, CAST(COUNT(*) AS BIGINT) FROM doubt JOIN article ON article.id = doubt.article_id
             WHERE article.incident_id = $1 GROUP BY article.place ORDER BY article.place",
            params![incident],
        )
        .await?)
}

/// An editor has looked: the doubts about an incident count no more.
pub async fn settle(tx: &mut Tx, incident: Id<Incident>) -> Result<()> {
    tx.run("DELETE FROM doubt WHERE article_id IN (SELECT id FROM article WHERE incident_id = $1)", params![incident]).await?;
    tx.run("UPDATE incident SET doubts = 0, value = value - $2 WHERE id = $1 AND doubts > 0", params![incident, VALUE]).await?;
    Ok(())
}

/// An editor has decided about these articles: doubts about them count no more. Their incidents are to be counted anew.
pub async fn settle_articles(tx: &mut Tx, articles: &[Id<Article>]) -> Result<()> {
    for article in articles {
        tx.run("DELETE FROM doubt WHERE article_id = $1", params![*article]).await?;
    }
    Ok(())
}

/// Counts the doubts about an incident anew, whose articles came or went. With more than before it waits for an editor again.
pub async fn count(tx: &mut Tx, incident: Id<Incident>) -> Result<()> {
    tx.run(
        "UPDATE incident SET doubts = counted.doubts,
                reviewed = CASE WHEN counted.doubts > incident.doubts THEN FALSE ELSE reviewed END,
                value = value + CASE WHEN counted.doubts > 0 AND incident.doubts = 0 THEN $2
                                     WHEN counted.doubts = 0 AND incident.doubts > 0 THEN $3 ELSE 0 END
         FROM (SELECT CAST(COUNT(*) AS BIGINT) AS doubts FROM doubt JOIN article ON article.id = doubt.article_id WHERE article.incident_id = $1) counted
         WHERE incident.id = $1 AND incident.doubts <> counted.doubts",
        params![incident, VALUE, -VALUE],
    )
    .await?;
    Ok(())
}

/// The articles that an account doubted, and when.
pub async fn list_of(db: impl Sql, account: Id<Account>) -> Result<Vec<(Id<Article>, Timestamp)>> {
    Ok(db.all("SELECT article_id, said_at FROM doubt WHERE account_id = $1 ORDER BY said_at, article_id LIMIT 10000", params![account]).await?)
}

/// Removes what an account doubted, and says in which incidents: these are to be counted anew.
pub async fn remove_of(tx: &mut Tx, account: Id<Account>) -> Result<Vec<Id<Incident>>> {
    let rows: Vec<(Option<Id<Incident>>,)> = tx
        .all(
            "SELECT DISTINCT article.incident_id FROM doubt JOIN article ON article.id = doubt.article_id WHERE doubt.account_id = $1
             ORDER BY article.incident_id LIMIT 10000",
            params![account],
        )
        .await?;
    tx.run("DELETE FROM doubt WHERE account_id = $1", params![account]).await?;
    Ok(rows.into_iter().filter_map(|row| row.0).collect())
}
