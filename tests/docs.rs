//! The texts tell the truth: settings, commands, addresses, the tree.

use intelrift::config::Config;

fn read(path: &str) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|cause| panic!("{path}: {cause}"))
}

#[test]
fn the_example_settings_are_the_defaults_and_name_every_field() {
    let example: Config = toml::from_str(&read("config.example.toml")).unwrap();
    assert_eq!(example, Config::default());
    let named = read("config.example.toml");
    for key in toml::Table::try_from(Config::default()).unwrap().keys() {
        assert!(named.lines().any(|line| line.starts_with(&format!("{key} ="))), "{key} is not in config.example.toml");
    }
}

#[test]
fn the_readme_names_the_commands_that_there_are() {
    let help = std::process::Command::new(env!("CARGO_BIN_EXE_intelrift")).arg("--help").output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let readme = read("README.md");
    let commands = help.split("Commands:").nth(1).unwrap().split("Options:").next().unwrap();
    let commands: Vec<&str> =
        commands.lines().filter_map(|l| l.strip_prefix("  ")).filter_map(|l| l.split(' ').next()).filter(|c| !c.is_empty() && *c != "help").collect();
    assert!(commands.len() >= 8, "{commands:?}");
    for command in commands {
        assert!(readme.contains(&format!("`{command}")), "README.md does not name {command}");
    }
    for command in ["cargo run --release -- demo", "cargo test"] {
        assert!(readme.contains(command));
    }
}

#[test]
fn the_architecture_names_every_module_and_every_address() {
    let architecture = read("ARCHITECTURE.md");
    let tree = architecture.split("## The tree").nth(1).unwrap().split("## How").next().unwrap();
    let words: Vec<&str> = tree.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '.' && c != '/').collect();
    for path in std::fs::read_dir("src").unwrap().map(|entry| entry.unwrap().path()) {
        let name = path.file_name().unwrap().to_string_lossy().to_string();
        let name = if path.is_dir() { format!("{name}/") } else { name };
        assert!(words.contains(&name.as_str()), "ARCHITECTURE.md does not name src/{name}");
    }
    for room in ["text", "outbound", "ingest", "cluster", "analyze", "desk", "account", "work"] {
        for path in std::fs::read_dir(format!("src/{room}")).unwrap().map(|entry| entry.unwrap().path()) {
            let name = path.file_stem().unwrap().to_string_lossy().to_string();
            let is_named = words.iter().any(|word| word.trim_end_matches('/') == name);
            assert!(is_named || ["mod", "data", "frequencies"].contains(&name.as_str()), "ARCHITECTURE.md does not name {}", path.display());
        }
    }
    // a bar in a table's cell is written with a backslash
    let architecture = architecture.replace("\\|", "|");
    for (_, address) in routes() {
        assert!(architecture.contains(&format!("`{address}`")), "ARCHITECTURE.md does not name {address}");
    }
}

#[test]
fn every_bundled_file_that_is_not_ours_is_in_the_notice() {
    let notice = read("NOTICE");
    for path in [
        "src/model/data/countries.json",
        "src/model/data/cities.tsv",
        "src/model/data/towns.tsv",
        "src/model/data/zones.tsv",
        "src/model/data/common_passwords.txt",
        "src/analyze/data/entities.tsv",
        "src/analyze/data/events.tsv",
        "src/cluster/frequencies.txt",
        "demo/feeds",
        "demo/markets.csv",
        "demo/outlets.tsv",
        "static/world.svg",
        "static/card/NotoSerif-Bold.ttf",
        "static/card/NotoSans-SemiBold.ttf",
        "templates/part/land.html",
    ] {
        assert!(std::path::Path::new(path).exists() && notice.contains(path), "{path}");
    }
}

#[test]
fn links_between_the_texts_lead_somewhere() {
    for text in ["README.md", "ARCHITECTURE.md", "CHANGELOG.md"] {
        for link in read(text).split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let path = link.split('#').next().unwrap();
            assert!(path.is_empty() || path.starts_with("http") || std::path::Path::new(path).exists(), "{text} links to {path}");
        }
    }
}

/// Line and address of each route in the site's list.
fn routes() -> Vec<(usize, String)> {
    let list = read("src/web/mod.rs");
    let found: Vec<_> =
        list.lines().enumerate().filter_map(|(n, line)| Some((n, line.split("resource(\"").nth(1)?.split('"').next()?.to_string()))).collect();
    assert!(found.len() > 20);
    found
}

#[test]
fn the_scores_that_the_method_page_shows_are_those_of_the_models_page() {
    let models = std::fs::read_to_string("docs/models.md").unwrap();
    let scores = std::fs::read_to_string("docs/scores.tsv").unwrap();
    let mut found = 0;
    for line in scores.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        assert_eq!(cells.len(), 6, "{line}");
        for figure in [cells[3], cells[4]].into_iter().filter(|figure| *figure != "–" && cells[0] == "Clustering") {
            found += 1;
            assert!(models.contains(figure), "{figure} of {line} is not in docs/models.md");
        }
    }
    assert_eq!(found, 13);
}

/// The rows of all articles in the tables of clustering: by words and with an encoder, stream by stream.
#[test]
fn what_is_said_of_a_stream_is_said_once() {
    let (scores, table) = (read("docs/scores.tsv"), read("docs/clustering.tsv"));
    let mut streams = vec![];
    for line in table.lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        if cells.len() > 12 && cells[2] == "all" {
            streams.push((cells[0], cells[1], cells[8], cells[12]));
        }
    }
    assert_eq!(streams.len(), 10);
    let name = |data: &str| match data {
        "basil" => "BASIL",
        "ecbplus" => "ECB+",
        "og2021" => "OG2021",
        "rss2026" => "11 English feeds, August",
        _ => "UCI",
    };
    for (way, data, f1, across) in streams {
        let part = if way == "words" { "Clustering\t" } else { "Clustering, with an encoder\t" };
        let mut lines = scores.lines().skip_while(|line| !(line.starts_with(part) && line.contains("B³") && line.contains(name(data))));
        assert_eq!(lines.next().unwrap().split('\t').nth(3), Some(f1), "{way} {data}");
        if across != "–" {
            assert_eq!(lines.next().unwrap().split('\t').nth(3), Some(across), "{way} {data}, across languages");
        }
    }
}

#[test]
fn b1_every_form_that_changes_something_carries_the_token() {
    let mut found = 0;
    let mut folders = vec![std::path::PathBuf::from("templates")];
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            for form in text.split("<form").skip(1).filter_map(|rest| rest.split("</form>").next()).filter(|form| form.contains("method=\"post\"")) {
                found += 1;
                assert!(form.contains("part/token.html"), "a form of {} has no token", path.display());
            }
        }
    }
    assert!(found > 20, "{found}");
}
