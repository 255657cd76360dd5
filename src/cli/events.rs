//! `train events` makes the table of verb patterns, and `evaluate events` measures it on the CAMEO manual's own examples.

use crate::analyze::event;
use crate::text::words::Stems;
use anyhow::{Context, Result};
use flate2::read::GzDecoder;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use std::io::Read;
use std::path::Path;

#[derive(Deserialize)]
struct Code {
    code: String,
    goldstein: f64,
    examples: Vec<String>,
}

/// Reads `petrarch_cameo_verbs.txt.gz` and `cameo_goldstein.json` of a folder and writes the table.
pub fn train(dir: &Path, out: &Path) -> Result<()> {
    let codes = codes(dir)?;
    let mut table: Vec<String> = codes.iter().map(|code| format!("= {} {}", code.code, code.goldstein)).collect();
    table.extend(verbs(&dictionary(dir)?));
    std::fs::write(out, table.join("\n") + "\n").with_context(|| format!("writing {}", out.display()))?;
    println!("{} lines written to {}", table.len(), out.display());
    Ok(())
}

fn codes(dir: &Path) -> Result<Vec<Code>> {
    let path = dir.join("cameo_goldstein.json");
    let text = std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} should be a list of codes", path.display()))
}

fn dictionary(dir: &Path) -> Result<String> {
    let path = dir.join("petrarch_cameo_verbs.txt.gz");
    let bytes = std::fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
    let mut text = String::new();
    GzDecoder::new(bytes.as_slice()).read_to_string(&mut text).with_context(|| format!("unpacking {}", path.display()))?;
    Ok(text)
}

/// The dictionary's verbs as lines of our table.
fn verbs(text: &str) -> Vec<String> {
    let stemmer = Stems::of("en");
    let mut stem = |word: &str| {
        let lower = word.trim_end_matches('_').to_lowercase();
        stemmer.stem(&lower).unwrap_or(lower)
    };
    let mut synonyms: HashMap<String, Vec<String>> = HashMap::new();
    // verbs of a block, with their codes, and its patterns
    let mut lines: BTreeMap<String, (String, Vec<String>)> = BTreeMap::new();
    let (mut set, mut block, mut default) = (String::new(), vec![], String::new());
    for line in text.lines() {
        let line = line.split('#').next().unwrap_or("").trim_end();
        if let Some(name) = line.strip_prefix('&') {
            set = name.trim().trim_end_matches('_').to_string();
        } else if let Some(member) = line.strip_prefix('+').filter(|_| !set.is_empty()) {
            // a member of several words is known by its last
            let last = member.trim_end_matches('_').rsplit('_').next().unwrap_or("").to_string();
            synonyms.entry(set.clone()).or_default().push(stem(&last));
        } else if let Some(header) = line.strip_prefix("---") {
            (set, block) = (String::new(), vec![]);
            default = code_in(header);
        } else if let Some(pattern) = line.strip_prefix('-') {
            let Some(pattern) = read_pattern(pattern, &synonyms, &mut stem) else { continue };
            for verb in &block {
                if let Some(entry) = lines.get_mut(verb) {
                    entry.1.push(pattern.clone());
                }
            }
        } else if line.starts_with(|c: char| c.is_ascii_uppercase()) && !line.contains('+') {
            let own = code_in(line);
            let code = if own.is_empty() { default.clone() } else { own };
            // the forms of an irregular verb stand in braces
            let words = line.split('[').next().unwrap_or("").replace(['{', '}'], " ");
            let forms: Vec<String> = words.split([' ', '_']).filter(|word| !word.is_empty()).map(&mut stem).collect();
            for verb in forms {
                let entry = lines.entry(verb.clone()).or_default();
                if entry.0.is_empty() {
                    entry.0 = code.clone();
                }
                if !block.contains(&verb) {
                    block.push(verb);
                }
            }
        }
    }
    // verbs with the same line stand together
    let mut same: BTreeMap<(String, Vec<String>), Vec<String>> = BTreeMap::new();
    for (verb, (code, mut patterns)) in lines {
        patterns.sort();
        patterns.dedup();
        if !code.is_empty() || !patterns.is_empty() {
            same.entry((code, patterns)).or_default().push(verb);
        }
    }
    same.into_iter().map(|((code, patterns), verbs)| format!("{}\t{code}\t{}", verbs.join(" "), patterns.join("\t")).trim_end().to_string()).collect()
}

/// The first code between brackets: `[042:043]` is 042. Empty for none and for `---`.
fn code_in(text: &str) -> String {
    let inner = text.split('[').nth(1).and_then(|rest| rest.split(']').next()).unwrap_or("");
    let code = inner.split(':').find(|code| !code.is_empty()).unwrap_or("").trim();
    if code.len() >= 2 && code.bytes().all(|b| b.is_ascii_digit()) { code.into() } else { String::new() }
}

/// `- &MILITARY * (TO BORDER) [154]` as `troop|armi*to border=154`. Marks of source and target are left out, since nobody parses.
fn read_pattern(text: &str, synonyms: &HashMap<String, Vec<String>>, stem: &mut impl FnMut(&str) -> String) -> Option<String> {
    let code = code_in(text);
    let words = text.split('[').next()?.replace(['(', ')', '{', '}'], " ");
    if code.is_empty() || !words.contains('*') {
        return None;
    }
    let (before, after) = words.split_once('*')?;
    let mut side = |words: &str| {
        let mut found = vec![];
        for word in words.split([' ', '_']).filter(|word| !word.is_empty() && !["$", "+", "^", "%"].contains(word)) {
            found.push(match word.strip_prefix('&') {
                Some(name) => {
                    let mut members = synonyms.get(name)?.clone();
                    members.sort();
                    members.dedup();
                    members.join("|")
                }
                None => stem(word),
            });
        }
        Some(found.join(" "))
    };
    Some(format!("{}*{}={code}", side(before)?, side(after)?))
}

/// Sentences of the manual's examples: how many have the right root, and how many the right quad class.
pub fn measure(dir: &Path, wrong: bool) -> Result<(usize, usize, usize)> {
    let (mut all, mut right, mut quads) = (0, 0, 0);
    for code in codes(dir)? {
        for example in &code.examples {
            let Some(gold) = event::class(&code.code) else { continue };
            let found = event::of_all(&[event::classes(example)]);
            all += 1;
            right += usize::from(found.as_ref().is_some_and(|found| found.root == gold.root));
            quads += usize::from(found.as_ref().is_some_and(|found| found.root.quad() == gold.root.quad()));
            if wrong && found.as_ref().is_none_or(|found| found.root != gold.root) {
                println!("{} not {}: {example}", found.map_or("nothing".into(), |found| found.code), code.code);
            }
        }
    }
    Ok((all, right, quads))
}
