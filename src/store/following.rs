//! Watches that follow one incident, by its number, through merges and back.

use super::{Sql, Tx, watch};
use crate::clock::Timestamp;
use crate::id::Id;
use crate::model::account::Account;
use crate::model::incident::Stage;
use crate::model::watch::{NewWatch, Pace, Watch};
use crate::store::regrouping::Regrouping;
use crate::{Result, params};

/// An incident that an account follows, as it is called by now.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Followed {
    pub id: Id<Watch>,
    pub number: i64,
    pub slug: Option<String>,
    /// Shown where everybody or members may read it; others are known by their number.
    pub title: Option<String>,
    pub title_language: Option<String>,
    pub stage: Option<Stage>,
    pub pace: Pace,
    pub by_mail: bool,
    pub told_at: Option<Timestamp>,
}

impl Followed {
    /// Its title and where it is, for who may read it.
    pub fn shown(&self) -> Option<(&str, &str)> {
        self.stage.filter(|stage| stage.is_out())?;
        self.title.as_deref().zip(self.slug.as_deref())
    }
    /// What it is called in any case.
    pub fn name(&self) -> String {
        self.shown().map_or(format!("No. {}", self.number), |(title, _)| title.to_string())
    }
    pub fn is_retracted(&self) -> bool {
        self.stage == Some(Stage::Retracted)
    }
}

/// The incidents that an account follows, in the order in which it began to.
pub async fn list_followed(db: impl Sql, account: Id<Account>) -> Result<Vec<Followed>> {
    Ok(db
        .all(
            "SELECT watch.id, watch.follows AS number, incident.slug, incident.title, incident.title_language, incident.stage, watch.pace, watch.by_mail,
                    watch.told_at
             FROM watch LEFT JOIN incident ON incident.number = watch.follows AND incident.stage IN ('published', 'corrected', 'restricted', 'retracted')
             WHERE watch.account_id = $1 AND watch.follows IS NOT NULL ORDER BY watch.id LIMIT 100",
            params![account],
        )
        .await?)
}

/// Whether an account follows the incident with this number.
pub async fn is_following(db: impl Sql, account: Id<Account>, number: i64) -> Result<bool> {
    let row: Option<(i64,)> =
        db.optional("SELECT follows FROM watch WHERE account_id = $1 AND follows = $2 LIMIT 1", params![account, number]).await?;
    Ok(row.is_some())
}

/// An account follows the incident with this number no more.
pub async fn stop_following(db: impl Sql, account: Id<Account>, number: i64) -> Result<()> {
    db.run("DELETE FROM watch WHERE account_id = $1 AND follows = $2", params![account, number]).await?;
    Ok(())
}

/// Notes who follows an incident that an act is about to make part of another, and whether they follow that one too, of their own accord: not since an
/// earlier act has led them there.
pub async fn note(tx: &mut Tx, act: Id<Regrouping>, from: i64, into: i64) -> Result<()> {
    tx.run(
        "INSERT INTO merged_follower (regrouping_id, account_id, follows_into, pace, by_mail)
         SELECT $1, watch.account_id,
                EXISTS (SELECT 1 FROM watch other WHERE other.account_id = watch.account_id AND other.follows = $3
                    AND NOT EXISTS (SELECT 1 FROM merged_follower led JOIN regrouping ON regrouping.id = led.regrouping_id
                                    JOIN incident ON incident.id = regrouping.into_id
                                    WHERE led.account_id = other.account_id AND NOT led.follows_into AND regrouping.undone_at IS NULL
                                        AND incident.number = $3 AND other.added_at <= regrouping.happened_at)),
                watch.pace, watch.by_mail
         FROM watch WHERE watch.follows = $2 ON CONFLICT (regrouping_id, account_id) DO NOTHING",
        params![act, from, into],
    )
    .await?;
    Ok(())
}

/// Who followed an incident follows the one that it is part of by now.
pub async fn follow_on(tx: &mut Tx, from: i64, into: i64, now: Timestamp) -> Result<()> {
    tx.run(
        "DELETE FROM watch WHERE follows = $1
            AND EXISTS (SELECT 1 FROM watch other WHERE other.account_id = watch.account_id AND other.follows = $2)",
        params![from, into],
    )
    .await?;
    let sql = "UPDATE watch SET follows = $2, query = $3, added_at = $4 WHERE follows = $1";
    tx.run(sql, params![from, into, format!("incident:{into}"), now]).await?;
    Ok(())
}

/// An act that made an incident part of another, and is undone.
pub struct Undone {
    pub act: Id<Regrouping>,
    pub happened_at: Timestamp,
    /// The number of the incident that is one again, and of the one that it was part of by now.
    pub from: i64,
    pub into: i64,
    /// It came there by way of a third.
    pub by_way: bool,
}

/// Who followed an incident when it became part of another follows it again, unless they have stopped since. Who followed that one too, or was led there by
/// another act that stands, goes on with both.
pub async fn follow_again(tx: &mut Tx, undone: &Undone, now: Timestamp) -> Result<()> {
    let Undone { act, happened_at, from, into, by_way } = *undone;
    let noted: Vec<(Id<Account>, bool, bool, Pace, bool)> = tx
        .all(
            "SELECT noted.account_id, noted.follows_into,
                    EXISTS (SELECT 1 FROM merged_follower led JOIN regrouping ON regrouping.id = led.regrouping_id
                            JOIN incident ON incident.id = regrouping.into_id
                            WHERE led.account_id = noted.account_id AND NOT led.follows_into AND regrouping.undone_at IS NULL
                                AND regrouping.id <> $1 AND incident.number = $2) AS is_led,
                    noted.pace, noted.by_mail
             FROM merged_follower noted JOIN watch ON watch.account_id = noted.account_id AND watch.follows = $2
             WHERE noted.regrouping_id = $1 AND (noted.follows_into OR $4 OR watch.added_at <= $5)
                AND NOT EXISTS (SELECT 1 FROM watch own WHERE own.account_id = noted.account_id AND own.follows = $3)
             ORDER BY noted.account_id, watch.id",
            params![act, into, from, by_way, happened_at],
        )
        .await?;
    for (account, follows_into, is_led, pace, by_mail) in noted {
        if follows_into || is_led || by_way {
            watch::add(tx, account, &NewWatch { pace, by_mail, ..NewWatch::following(from) }, now, now).await?;
        } else {
            let sql = "UPDATE watch SET follows = $3, query = $4, added_at = $5 WHERE account_id = $1 AND follows = $2";
            tx.run(sql, params![account, into, from, format!("incident:{from}"), now]).await?;
        }
    }
    tx.run("DELETE FROM merged_follower WHERE regrouping_id = $1", params![act]).await?;
    Ok(())
}

/// Removes those that follow an incident without an article since `before`.
pub async fn end_following(db: impl Sql, before: Timestamp) -> Result<()> {
    db.run(
        "DELETE FROM watch WHERE follows IS NOT NULL AND added_at < $1
            AND NOT EXISTS (SELECT 1 FROM incident WHERE incident.number = watch.follows AND incident.newest_at >= $1)",
        params![before],
    )
    .await?;
    Ok(())
}
