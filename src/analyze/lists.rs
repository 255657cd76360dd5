//! An operator's own list of persons, organisations, places and assets: CSV, or JSON lines.
//!
//! ```csv
//! kind,name,country,aliases
//! person,Ada Lovelace,GB,Ada Byron|Ада Лавлейс
//! ```
//! or a line `{"kind":"person","name":"Ada Lovelace","country":"GB","aliases":["Ada Byron"]}` each.

use super::gazetteer::Entity;
use crate::model::country;
use crate::model::entity::EntityKind;
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use std::path::Path;

/// Entries of a list, and characters of a name.
const MOST: usize = 200_000;
const LONGEST: usize = 120;

#[derive(Deserialize)]
struct Line {
    kind: String,
    name: String,
    #[serde(default)]
    country: Option<String>,
    #[serde(default)]
    aliases: Vec<String>,
}

#[derive(Deserialize)]
struct Cells {
    kind: String,
    name: String,
    #[serde(default)]
    country: Option<String>,
    #[serde(default)]
    aliases: Option<String>,
}

/// Reads a list: `.jsonl` and `.ndjson` as JSON lines, everything else as CSV. A line that cannot be read stops it, with its number.
pub fn read(path: &Path) -> Result<Vec<Entity>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    let is_json = path.extension().is_some_and(|ending| ending == "jsonl" || ending == "ndjson");
    if is_json { json_lines(&text) } else { csv_lines(&text) }.with_context(|| format!("the list of entities {}", path.display()))
}

fn json_lines(text: &str) -> Result<Vec<Entity>> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let read = |(index, line): (usize, &str)| {
        let read: Line = serde_json::from_str(line).with_context(|| format!("line {}", index + 1))?;
        entity(read).with_context(|| format!("line {}", index + 1))
    };
    lines.take(MOST).map(read).collect()
}

fn csv_lines(text: &str) -> Result<Vec<Entity>> {
    let mut found = vec![];
    let mut table = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    for (index, cells) in table.deserialize::<Cells>().enumerate().take(MOST) {
        let cells = cells.with_context(|| format!("line {}: it needs the columns kind,name,country,aliases", index + 2))?;
        let aliases = cells.aliases.unwrap_or_default().split('|').map(str::to_string).collect();
        let line = Line { kind: cells.kind, name: cells.name, country: cells.country, aliases };
        found.push(entity(line).with_context(|| format!("line {}", index + 2))?);
    }
    Ok(found)
}

fn entity(line: Line) -> Result<Entity> {
    let Ok(kind) = line.kind.parse::<EntityKind>() else {
        let kinds: Vec<&str> = EntityKind::ALL.iter().map(|kind| kind.word()).collect();
        bail!("“{}” is no kind; it is one of {}", line.kind, kinds.join(", "));
    };
    let country = line.country.map(|code| code.trim().to_uppercase()).filter(|code| !code.is_empty());
    if let Some(code) = country.as_deref().filter(|code| country::find(code).is_none()) {
        bail!("“{code}” is no country code of ISO 3166-1");
    }
    let name = line.name.trim().to_string();
    if name.chars().count() < 2 || name.chars().count() > LONGEST {
        bail!("a name has 2 to {LONGEST} characters");
    }
    let aliases = line.aliases.iter().map(|alias| alias.trim().to_string()).filter(|alias| (2..=LONGEST).contains(&alias.chars().count())).collect();
    Ok(Entity { kind, name, country, aliases })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_say_the_same() {
        let csv = csv_lines("kind,name,country,aliases\nperson,Ada Lovelace,gb,Ada Byron|Ада Лавлейс\norganisation,\"Acme, Inc.\",,\n").unwrap();
        let json = json_lines(
            "{\"kind\":\"person\",\"name\":\"Ada Lovelace\",\"country\":\"GB\",\"aliases\":[\"Ada Byron\",\"Ада Лавлейс\"]}\n\n{\"kind\":\"organisation\",\"name\":\"Acme, Inc.\"}",
        );
        assert_eq!(csv, json.unwrap());
        assert_eq!((csv[0].country.as_deref(), csv[0].aliases.len(), csv[1].name.as_str()), (Some("GB"), 2, "Acme, Inc."));
    }

    #[test]
    fn a_line_that_cannot_be_read_is_named() {
        let problem = |text: &str| format!("{:#}", csv_lines(text).unwrap_err());
        assert!(problem("kind,name\nghost,X Y").contains("line 2: “ghost” is no kind; it is one of person"));
        assert!(problem("kind,name,country\nperson,X Y,ZZ").contains("“ZZ” is no country code"));
        assert!(problem("kind,name\nperson,X").contains("2 to 120"));
        assert!(format!("{:#}", json_lines("{\"kind\":1}").unwrap_err()).contains("line 1"));
    }
}
