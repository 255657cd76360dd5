//! Every SQL text of the store is prepared on both engines, so that one text is enough.

#[path = "world/mod.rs"]
mod world;

use intelrift::store::Db;
use sqlx::{AssertSqlSafe, Executor, SqlSafeStr};
use world::{Engine, database};

/// The string literals in a source file that are statements; `concat!` and the list of columns are put together first.
fn statements(source: &str) -> Vec<String> {
    // a file has a list of columns of its own, or that of incidents
    let incident = std::fs::read_to_string("src/store/incident.rs").unwrap();
    let with_list = if source.contains("macro_rules! columns") { source } else { &incident };
    let columns = literals(with_list.split("macro_rules! columns").nth(1).unwrap()).into_iter().next().unwrap();
    let mut found = vec![];
    let mut all = literals(source).into_iter().peekable();
    while let Some(text) = all.next() {
        let mut text = text;
        if text.trim() == "SELECT" {
            // concat!("SELECT ", columns!(), " FROM …")
            text = format!("SELECT {columns}{}", all.next().unwrap_or_default());
        }
        let sql = text.trim();
        let is_statement = ["SELECT ", "INSERT ", "UPDATE ", "DELETE ", "WITH "].iter().any(|word| sql.starts_with(word));
        // texts that are joined from pieces are run by the stories instead
        if is_statement && !sql.contains('{') {
            found.push(sql.to_string());
        }
    }
    found
}

fn literals(source: &str) -> Vec<String> {
    let code = source.split("#[cfg(test)]").next().unwrap();
    let mut found = vec![];
    let mut rest = code;
    while let Some(start) = rest.find('"') {
        let tail = &rest[start + 1..];
        let mut escaped = false;
        let end = tail.char_indices().find(|(_, c)| {
            let stop = *c == '"' && !escaped;
            escaped = *c == '\\' && !escaped;
            stop
        });
        let end = end.map_or(tail.len(), |(at, _)| at);
        found.push(tail[..end].replace("\\\n", " "));
        rest = &tail[(end + 1).min(tail.len())..];
    }
    found
}

async fn check(engine: Engine) {
    let data = tempfile::tempdir().unwrap();
    let db = Db::connect(&database(engine, &data).await).await.unwrap();
    db.migrate().await.unwrap();
    let mut count = 0;
    for entry in std::fs::read_dir("src/store").unwrap() {
        let path = entry.unwrap().path();
        for sql in statements(&std::fs::read_to_string(&path).unwrap()) {
            count += 1;
            let text = AssertSqlSafe(sql.clone()).into_sql_str();
            let outcome = match &db {
                Db::Sqlite { write, .. } => write.prepare(text).await.map(drop),
                Db::Postgres(pool) => pool.prepare(text).await.map(drop),
            };
            if let Err(cause) = outcome {
                panic!("{}: {cause}\n{sql}", path.display());
            }
        }
    }
    assert!(count > 60, "{count} statements found");
    db.close().await;
}

#[tokio::test]
async fn every_statement_is_good_on_sqlite() {
    check(Engine::Sqlite).await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL: TEST_POSTGRES=postgres://…"]
async fn every_statement_is_good_on_postgres() {
    check(Engine::Postgres).await;
}

#[test]
fn no_statement_reads_all_columns_or_folds_case_in_sql() {
    for entry in std::fs::read_dir("src/store").unwrap() {
        let path = entry.unwrap().path();
        for sql in statements(&std::fs::read_to_string(&path).unwrap()) {
            for bad in ["SELECT *", "lower(", "LOWER(", " LIKE ", "OFFSET"] {
                assert!(!sql.contains(bad), "{bad} in {}: {sql}", path.display());
            }
            if let Some((_, order)) = sql.rsplit_once("ORDER BY ") {
                let order = order.split(" LIMIT").next().unwrap().split(')').next().unwrap();
                let last = order.split(',').next_back().unwrap();
                assert!(
                    ["id", "place", "number", "day", "slug", "hour_at"].iter().any(|end| last.contains(end)),
                    "the order of {} is not the same each time: {sql}",
                    path.display()
                );
            }
        }
    }
}
