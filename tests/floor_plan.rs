//! A module may use only the floors below it, and rooms do not call each other.

use std::path::{Path, PathBuf};

/// A folder or file of `src`, and what else of the crate it may name.
const PLAN: &[(&str, &[&str])] = &[
    // foundation
    ("clock", &[]),
    ("id", &["clock"]),
    ("error", &[]),
    ("text", &[]),
    ("model", &["clock", "id", "error", "text"]),
    ("config", &[]),
    // cellar
    ("store", &["clock", "id", "error", "text", "model"]),
    ("outbound", &["clock", "error", "config"]),
    ("app", &["clock", "config", "store", "outbound"]),
    // rooms
    ("ingest", ROOM),
    ("cluster", ROOM),
    ("analyze", ROOM),
    ("desk", ROOM),
    ("account", ROOM),
    // front doors
    ("work", &["clock", "id", "error", "text", "model", "config", "store", "outbound", "app", "ingest", "cluster", "analyze", "desk", "account"]),
    ("web", &["clock", "id", "error", "text", "model", "config", "store", "outbound", "app", "ingest", "analyze", "desk", "account"]),
    ("demo", FRONT),
    ("cli", FRONT),
];
const ROOM: &[&str] = &["clock", "id", "error", "text", "model", "config", "store", "outbound", "app"];
const FRONT: &[&str] = &[
    "clock", "id", "error", "text", "model", "config", "store", "outbound", "app", "ingest", "cluster", "analyze", "desk", "account", "work", "web",
    "demo",
];

#[test]
fn modules_only_look_down() {
    let mut wrong = vec![];
    let mut found = 0;
    for (room, may) in PLAN {
        for file in files(room) {
            let text = std::fs::read_to_string(&file).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap();
            for name in names(code) {
                found += 1;
                let is_room = PLAN.iter().any(|(known, _)| *known == name);
                if is_room && name != *room && !may.contains(&name.as_str()) {
                    wrong.push(format!("{} uses {name}", file.display()));
                }
            }
        }
    }
    assert!(found > 300, "the test reads the imports: {found}");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_module_has_its_place_in_the_plan() {
    let mut missing = vec![];
    for entry in std::fs::read_dir("src").unwrap() {
        let name = entry.unwrap().path().file_stem().unwrap().to_string_lossy().to_string();
        if !["lib", "main"].contains(&name.as_str()) && !PLAN.iter().any(|(known, _)| *known == name) {
            missing.push(name);
        }
    }
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn only_the_cellar_speaks_sql_and_only_the_front_door_speaks_http() {
    for (word, allowed) in [("sqlx::", &["store", "error.rs"][..]), ("actix_web", &["web", "demo"]), ("reqwest::", &["outbound"])] {
        for (room, _) in PLAN {
            for file in files(room) {
                let path = file.display().to_string().replace("src/", "");
                let text = std::fs::read_to_string(&file).unwrap();
                let code: String = text.lines().filter(|l| !l.trim_start().starts_with("//")).collect();
                assert!(!code.contains(word) || allowed.iter().any(|a| path.starts_with(a)), "{path} names {word}");
            }
        }
    }
}

#[test]
fn premium_data_is_read_in_one_place() {
    for (room, _) in PLAN {
        for file in files(room) {
            let path = file.display().to_string();
            let text = std::fs::read_to_string(&file).unwrap();
            let code: String = text.lines().filter(|l| !l.trim_start().starts_with("//")).collect();
            if code.contains("find_whole") {
                assert!(path.ends_with("account/access.rs") || path.ends_with("store/page.rs"), "{path} reads premium data");
            }
            if code.contains("find_premium_of_briefing") {
                assert!(path.ends_with("account/access.rs") || path.ends_with("store/briefing.rs"), "{path} reads premium data");
            }
            if code.contains("list_around") {
                assert!(path.ends_with("account/access.rs") || path.ends_with("store/mention.rs"), "{path} reads premium data");
            }
            // a panel is made of another by its own `map`
            assert!(!code.contains("Open(") || ["account/access.rs", "model/panel.rs"].iter().any(|p| path.ends_with(p)), "{path} opens a panel");
        }
    }
}

/// The crate's modules that a file names after `crate::`, also within braces.
fn names(code: &str) -> Vec<String> {
    let mut found = vec![];
    for (at, _) in code.match_indices("crate::") {
        let tree = code[at + 7..].split(';').next().unwrap();
        let list: Vec<&str> = if let Some(inner) = tree.strip_prefix('{') { split_top(inner) } else { vec![tree] };
        for name in list {
            found.push(name.trim().split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap().to_string());
        }
    }
    found
}

fn split_top(list: &str) -> Vec<&str> {
    let mut depth = 0i32;
    let mut split = |c: char| {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        c == ',' && depth == 0
    };
    list.split(&mut split).collect()
}

fn files(room: &str) -> Vec<PathBuf> {
    let single = PathBuf::from(format!("src/{room}.rs"));
    if single.exists() {
        return vec![single];
    }
    let mut found = vec![];
    walk(Path::new(&format!("src/{room}")), &mut found);
    found
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}
