//! Every mistake, as it is told: `diagnostics/*.toml`, each with its golden beside it. A file is
//! named for the code of its mistake, and what distinguishes it from others of that code.

use orgctl::config::{self, Code, Diagnostic, Diagnostics};
use strum::VariantArray as _;

use super::{drawn, files, is_harmless, repository, stem, text_of};

const FOLDER: &str = "tests/config/diagnostics";

fn refused(text: &str) -> Diagnostics {
    config::load("org.toml", text).expect_err("a file with a mistake")
}

fn assert_golden(name: &str, diagnostics: &Diagnostics) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("diagnostics");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, drawn(diagnostics)));
}

/// A code without the prefix that all have.
fn name_of(code: Code) -> String {
    let text = code.to_string();
    let name = text.strip_prefix("org::").unwrap();
    name.to_owned()
}

fn codes(diagnostics: &Diagnostics) -> Vec<Code> {
    diagnostics.all().iter().map(Diagnostic::code).collect()
}

#[test]
fn every_mistake_is_told_like_its_golden() {
    for path in files(FOLDER, "toml") {
        assert_golden(stem(&path), &refused(&text_of(&path)));
    }
}

#[test]
fn every_code_has_files_of_its_own() {
    let files = files(FOLDER, "toml");
    for code in Code::VARIANTS {
        let name = name_of(*code);
        let own: Vec<_> = files
            .iter()
            .filter(|path| stem(path).starts_with(&name))
            .collect();
        assert!(own.iter().any(|path| stem(path) == name), "{code}");
        for path in own {
            let found = codes(&refused(&text_of(path)));
            assert!(found.contains(code), "{}: {found:?}", path.display());
        }
    }
}

#[test]
fn every_rule_has_a_file_that_is_named_for_its_code() {
    let rules = files("src/config/rules", "rs");
    for path in rules.iter().filter(|path| stem(path) != "people") {
        let code = Code::VARIANTS
            .iter()
            .find(|code| name_of(**code) == stem(path));
        let code = code.unwrap_or_else(|| panic!("{} is named for no code", path.display()));
        let reports = format!("Code::{code:?}");
        assert!(text_of(path).contains(&reports), "{}", path.display());
    }
}

#[test]
fn no_file_tells_a_mistake_that_it_is_not_about() {
    for path in files(FOLDER, "toml") {
        let name = stem(&path);
        if matches!(name, "many" | "wrong_type" | "syntax_never_closed") {
            continue;
        }
        for code in codes(&refused(&text_of(&path))) {
            assert!(name.starts_with(&name_of(code)), "{name}: {code}");
        }
    }
}

#[test]
fn nothing_that_a_terminal_obeys_reaches_a_message() {
    let text = concat!(
        "version = 1\n[organization]\nname = \"contoso\"\n[tenant]\ndomain = \"contoso.com\"\n",
        "[remove]\n",
        "\"old@outlook.com\" = \"left \u{1b}[31min May\"\n",
        "\"gone\u{1b}]0;owned\u{7}@outlook.com\" = 1\n",
        "\"evil\\u001b[2J@outlook.com\" = \"left in May\"\n",
        "\"x\u{202e}moc.kooltuo@y.com\" = \"left in May\"\n",
        "\"\\u202Ered\" = 1\n",
        "[\"\\u001b[2J\"]\n",
    );
    let diagnostics = refused(text);
    assert_golden("hostile", &diagnostics);
    assert!(drawn(&diagnostics).chars().all(is_harmless));
}

#[test]
fn diagnostics_come_in_the_order_of_the_text() {
    let diagnostics = refused(&text_of(&repository(FOLDER).join("many.toml")));
    assert_eq!(diagnostics.to_string(), "org.toml has 15 mistakes");
    let lines: Vec<u32> = diagnostics.all().iter().map(Diagnostic::line).collect();
    assert!(lines.is_sorted(), "{lines:?}");
    assert!(diagnostics.all().iter().all(|d| d.file() == "org.toml"));
}

#[test]
fn a_file_of_mistakes_is_told_in_time_that_grows_with_it() {
    let entries = (0..20_000).map(|number| format!("[members.{number}]\nto = {number}\n"));
    let text: String = entries.collect();
    let diagnostics = refused(&text);
    assert!(diagnostics.all().len() > 40_000);
    let last = diagnostics.all().last().unwrap();
    assert_eq!(last.line(), 40_000);
}
