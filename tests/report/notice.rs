//! Notices as people read them.

use std::collections::BTreeSet;

use insta::assert_snapshot;
use jiff::Timestamp;
use jiff::civil::date;
use orgctl::model::address::{Address, Kind};
use orgctl::model::attributes::Attributes;
use orgctl::model::ids::OrganizationName;
use orgctl::model::notice::{Deliver, Fate, Language, NoticeAttributes, Todo};
use orgctl::plan::value::Change;
use orgctl::report::notice::{
    Facts, Letter, Notice, Row, Template, Templates, Text, csv, file_stem, index, text,
};

use super::sample::{email, step, storage_key};

const SENDER: &str = "it@contoso.com";

fn attributes(fate: Fate, account: Option<&str>, todo: Vec<Todo>) -> NoticeAttributes {
    NoticeAttributes {
        member: storage_key(2),
        mail: email("lee@outlook.com"),
        fate,
        account: account.map(email),
        todo,
        deliver: Deliver::Files,
    }
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// Everything that one person can have to do.
fn everything() -> Vec<Todo> {
    vec![
        Todo::AcceptInvitation,
        Todo::FetchPassword,
        Todo::SignInAnew,
        Todo::ClearGitCredentials,
        Todo::RenewTokens(names(&["build server", "release notes"])),
        Todo::CheckTokens(Vec::new()),
        Todo::RenewSshKeys(names(&["laptop"])),
        Todo::RenamePersonalAccount,
        Todo::AdjustSubscription,
    ]
}

fn written(letter: Letter, attributes: &NoticeAttributes, templates: &Templates) -> Text {
    let organization = OrganizationName::new("contoso");
    let sender = email(SENDER);
    let facts = Facts {
        organization: &organization,
        tenant_name: "Contoso Ltd",
        language: Language::En,
        contact: Some(&sender),
        not_before: (letter != Letter::After).then(|| date(2026, 12, 2)),
    };
    let notice = Notice {
        letter,
        person: "lee@outlook.com",
        display_name: Some("Lee Chang"),
        attributes,
    };
    text(&notice, &facts, templates)
}

fn own(letter: Letter, attributes: &NoticeAttributes) -> Text {
    written(letter, attributes, &Templates::default())
}

#[test]
fn before_the_move() {
    let mapped = attributes(Fate::Mapped, Some("lee.chang@contoso.com"), everything());
    let text = own(Letter::Before, &mapped);
    assert_snapshot!("before_subject", text.subject);
    assert_snapshot!("before_markdown", text.markdown);
    assert_snapshot!("before_html", text.html);
}

#[test]
fn before_somebody_loses_access() {
    let removed = own(
        Letter::Leaving,
        &attributes(Fate::Removed, None, Vec::new()),
    );
    assert_snapshot!("leaving_markdown", removed.markdown);
    let disconnected = attributes(Fate::Disconnected, None, Vec::new());
    let disconnected = own(Letter::Leaving, &disconnected);
    assert_snapshot!("disconnected_markdown", disconnected.markdown);
    assert!(!disconnected.html.contains("<ol"), "there is nothing to do");
}

#[test]
fn after_the_move() {
    let todo = vec![Todo::SignInAnew];
    for (fate, account) in [
        (Fate::Matched, "lee@outlook.com"),
        (Fate::Mapped, "lee.chang@contoso.com"),
        (Fate::Guest, "lee@outlook.com"),
    ] {
        let text = own(
            Letter::After,
            &attributes(fate, Some(account), todo.clone()),
        );
        assert_snapshot!(format!("after_{}", fate.as_str()), text.markdown);
        let is_new = account != "lee@outlook.com";
        assert_eq!(text.html.contains("<dl>"), is_new, "{}", text.html);
    }
}

#[test]
fn somebody_mapped_to_their_own_name_is_told_what_a_match_is_told() {
    let todo = vec![Todo::SignInAnew];
    let of = |fate| {
        own(
            Letter::Before,
            &attributes(fate, Some("lee@outlook.com"), todo.clone()),
        )
    };
    assert_eq!(of(Fate::Mapped), of(Fate::Matched));
}

#[test]
fn what_strangers_chose_is_text_and_nothing_else() {
    let hostile = "<script>alert(1)</script>\n# Owned\r\n[x](javascript:y) a|b \u{202e}\u{1b}[2J";
    let organization = OrganizationName::new("contoso");
    let mut notice = attributes(
        Fate::Mapped,
        Some("\"><img src=x onerror=alert(1)>@x.y"),
        vec![Todo::RenewTokens(names(&[hostile]))],
    );
    notice.mail = email(hostile);
    let notice = Notice {
        letter: Letter::Before,
        person: hostile,
        display_name: Some(hostile),
        attributes: &notice,
    };
    let facts = Facts {
        organization: &organization,
        tenant_name: hostile,
        language: Language::En,
        contact: None,
        not_before: None,
    };
    let Text {
        subject,
        markdown,
        html,
    } = text(&notice, &facts, &Templates::default());
    for page in [&subject, &markdown, &html] {
        assert!(!page.contains(['\u{1b}', '\u{202e}', '\r']), "{page}");
    }
    assert!(!subject.contains('\n'), "{subject}");
    let tags: BTreeSet<&str> = html
        .split('<')
        .skip(1)
        .map(|tag| tag.split(['>', ' ']).next().unwrap())
        .collect();
    assert!(
        !tags.contains("script") && !tags.contains("img"),
        "{tags:?}"
    );
    assert!(!markdown.contains("\n# Owned"), "{markdown}");
    // No fence is longer than one here, so what stands between two of them is code.
    let outside_code: String = markdown.split('`').step_by(2).collect();
    assert!(!outside_code.contains("<script>"), "{markdown}");
    assert!(!outside_code.contains("](javascript"), "{markdown}");
}

fn templates(files: &[(&str, &str)]) -> Templates {
    let mut templates = Templates::default();
    for (name, text) in files {
        templates.insert((*name).to_owned(), Template::parse(text).unwrap());
    }
    templates
}

const OWN: &str = "\
Subject: {{organization}}: neue Anmeldung
# Neue Anmeldung <bald>

Hallo {{name}},
am {{date}} zieht {{organization}} zu {{tenant}} um.

{{old_account}} wird {{account}}. {{what}}

Zu tun:
{{todo}}
Fragen an {{contact}} & Co.
";

#[test]
fn a_text_of_the_user_s_own_takes_the_place_of_ours() {
    let todo = vec![
        Todo::SignInAnew,
        Todo::RenewSshKeys(names(&["<b>laptop</b>"])),
    ];
    let mapped = attributes(Fate::Mapped, Some("lee.chang@contoso.com"), todo);
    let text = written(Letter::Before, &mapped, &templates(&[("before.md", OWN)]));
    assert_eq!(text.subject, "contoso: neue Anmeldung");
    assert_snapshot!("own_markdown", text.markdown);
    let (_, main) = text.html.split_once("<main>").unwrap();
    assert_snapshot!("own_html_of_markdown", main);
    // The others stay ours.
    let after = written(Letter::After, &mapped, &templates(&[("before.md", OWN)]));
    assert_eq!(after, own(Letter::After, &mapped));
}

#[test]
fn html_of_the_user_s_own_is_taken_as_it_is_and_what_fills_it_is_escaped() {
    let mut mapped = attributes(Fate::Mapped, Some("lee.chang@contoso.com"), Vec::new());
    mapped.todo = vec![Todo::RenewTokens(names(&["<i>CI</i>"]))];
    let files = [("before.html", "<p class=x>{{name}}</p>{{todo}}")];
    let text = written(Letter::Before, &mapped, &templates(&files));
    assert!(
        text.html
            .starts_with("<p class=x><bdi>Lee Chang</bdi></p><ol"),
        "{}",
        text.html
    );
    assert!(text.html.contains("<code>&#60;i&#62;CI&#60;/i&#62;</code>"));
    assert_eq!(text.markdown, own(Letter::Before, &mapped).markdown);
}

fn rows() -> Vec<Row> {
    let told: Timestamp = "2026-11-25T09:30:12Z".parse().unwrap();
    let row = |kind, person: &str, attributes: Attributes, told| {
        Row::of(&Address::of(kind, &email(person)), &attributes, told).unwrap()
    };
    let mapped = attributes(Fate::Mapped, Some("lee.chang@contoso.com"), everything());
    let mut formula = attributes(Fate::Removed, None, Vec::new());
    formula.mail = email("=hyperlink(\"http://x.y\")");
    let mut mail = mapped.clone();
    mail.deliver = Deliver::Graph;
    vec![
        row(
            Kind::NoticeBefore,
            "lee@outlook.com",
            Attributes::NoticeBefore(mapped),
            Some(told),
        ),
        row(
            Kind::NoticeBefore,
            "=1+1@x.y",
            Attributes::NoticeBefore(formula),
            Some(told),
        ),
        row(
            Kind::NoticeAfter,
            "o'brien<b>@x.y",
            Attributes::NoticeAfter(mail),
            None,
        ),
    ]
}

#[test]
fn a_summary_for_the_administrator() {
    assert_snapshot!("summary_csv", csv(&rows()).replace('\r', ""));
    let page = index(&OrganizationName::new("contoso"), &rows());
    let (_, main) = page.split_once("<main class=\"wide\">").unwrap();
    assert_snapshot!("summary_html", main);
}

#[test]
fn no_cell_of_the_summary_starts_a_formula() {
    for line in csv(&rows()).lines().skip(1) {
        for cell in line.split("\",\"") {
            let cell = cell.trim_start_matches('"');
            assert!(!cell.starts_with(['=', '+', '-', '@']), "{cell}");
        }
    }
}

#[test]
fn every_step_that_tells_somebody_has_a_notice() {
    for (fate, letter) in [
        (Fate::Matched, Letter::Before),
        (Fate::Removed, Letter::Leaving),
        (Fate::Disconnected, Letter::Leaving),
    ] {
        let after = Attributes::NoticeBefore(attributes(fate, None, Vec::new()));
        let step = step(
            Kind::NoticeBefore,
            "lee@outlook.com",
            Some("Lee"),
            Change::Create { after },
        );
        let notice = Notice::of(&step).unwrap();
        assert_eq!(notice.letter, letter);
        assert_eq!(notice.letter.folder(), "before");
        assert_eq!(file_stem(notice.person), "lee@outlook.com");
    }
}

/// The sentences are put into Markdown and into HTML as they stand, so they may hold no markup.
#[test]
fn the_sentences_of_a_language_hold_no_markup() {
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/src/report/templates/notice/en"
    );
    let mut files = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "txt") {
            let text = std::fs::read_to_string(&path).unwrap();
            let without_code = |text: &str, open: &str, close: &str| -> String {
                let parts = text.split(open).enumerate();
                let rest = parts.map(|(n, part)| match (n, part.split_once(close)) {
                    (0, _) | (_, None) => part.to_owned(),
                    (_, Some((_, rest))) => rest.to_owned(),
                });
                rest.collect()
            };
            let prose = without_code(&text, "{{", "}}");
            let prose = without_code(&prose, "{%", "%}");
            assert!(
                !prose.contains(['<', '>', '&', '*', '_', '`', '[', ']', '|', '#']),
                "{}: {prose}",
                path.display()
            );
            files += 1;
        }
    }
    assert!(files >= 7, "only {files} files");
}
