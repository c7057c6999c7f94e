//! What a person does at a gate, and what whoever approves a plan is told of the tenant that it
//! leaves.

use super::page::Page;
use super::sanitize::clean;
use super::style::{Look, Tone, glyph};
use super::words;
use crate::model::ids::{OrganizationName, TenantId};
use crate::plan::rules::{DirectoryGroupsLost, Evidence};
use crate::plan::value::{Plan, Risk, Stage};

/// A tenant and its name. The name is from outside: never trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tenant<'a> {
    /// Its id.
    pub id: TenantId,
    /// Its name.
    pub name: &'a str,
}

/// What a person is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal<'a> {
    /// Connect the organization.
    Connect(Tenant<'a>),
    /// Move it from one tenant to another.
    Change {
        /// The tenant that backs it.
        from: TenantId,
        /// The one that is to.
        to: Tenant<'a>,
    },
    /// Disconnect it.
    Disconnect,
}

/// A gate at the connect stage: what a person has to do before apply can go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gate<'a> {
    /// The organization.
    pub organization: &'a OrganizationName,
    /// What is to be done.
    pub goal: Goal<'a>,
    /// How many members the map stage gives their access back.
    pub mappings: usize,
    /// Whether apply waits and looks again by itself; otherwise it stops here.
    pub waits: bool,
    /// What stands in for the services, where something does: the page to open is there.
    pub endpoint: Option<&'a str>,
}

/// Where the settings of an organization are, at whatever stands in for the services.
pub fn settings_page(endpoint: &str, organization: &OrganizationName) -> String {
    let (endpoint, organization) = (clean(endpoint), clean(organization.as_str()));
    let endpoint = endpoint.trim_end_matches('/');
    format!("{endpoint}/dev.azure.com/{organization}/_settings/organizationAad")
}

impl<'a> Goal<'a> {
    /// The goal of a plan's step about the connection; connecting, where there is none.
    pub fn of(plan: &'a Plan) -> Self {
        let to = Tenant {
            id: plan.header.tenant,
            name: &plan.header.tenant_name,
        };
        let mut steps = plan.steps();
        let found = steps.find_map(|step| {
            let after = step.change.after()?.connection()?;
            Some((step.tenant_before(), after.tenant))
        });
        match found {
            Some((_, None)) => Self::Disconnect,
            Some((Some(from), Some(_))) => Self::Change { from, to },
            Some((None, Some(_))) | None => Self::Connect(to),
        }
    }
}

fn numbered(page: &mut Page, number: usize, clean: &str) {
    page.go_to(2);
    page.put(&number.to_string());
    page.put(".");
    page.go_to(5);
    page.wrap(None, 5, clean);
    page.end_line();
}

/// What a person has to do at a gate, and how it goes on.
pub fn gate(gate: &Gate<'_>, look: Look) -> String {
    let mut page = Page::new(look, 1024);
    let organization = clean(gate.organization.as_str());
    let what = match gate.goal {
        Goal::Connect(to) => format!("connects {organization} to {}", clean(to.name)),
        Goal::Change { to, .. } => format!("moves {organization} to {}", clean(to.name)),
        Goal::Disconnect => format!("disconnects {organization} from its tenant"),
    };
    page.paint(Tone::Caution, glyph::CHANGE);
    page.put(" ");
    page.paint(Tone::Caution, "gate");
    page.put("  ");
    page.wrap(Some(Tone::Heading), 8, &format!("a person {what}"));
    page.end_line();
    page.gap();
    let url = format!("https://dev.azure.com/{organization}/_settings/organizationAad");
    numbered(&mut page, 1, &format!("Sign in as {}.", who(gate.goal)));
    numbered(&mut page, 2, &format!("Open {url}"));
    if let Some(endpoint) = gate.endpoint {
        let here = settings_page(endpoint, gate.organization);
        page.line(None, 5, &format!("which is here: {here}"));
    }
    match gate.goal {
        Goal::Connect(to) => {
            numbered(&mut page, 3, "Press \"Connect directory\" and choose:");
            chosen(&mut page, to);
            numbered(&mut page, 4, &confirmed(gate));
        }
        Goal::Change { to, .. } => {
            numbered(&mut page, 3, "Press \"Switch directory\" and choose:");
            chosen(&mut page, to);
            page.go_to(5);
            page.wrap(None, 5, IN_TWO);
            page.end_line();
            numbered(&mut page, 4, &confirmed(gate));
        }
        Goal::Disconnect => {
            let press = format!(
                "Press \"Disconnect directory\", write {organization} where it asks for the name, \
                 confirm, and sign out."
            );
            numbered(&mut page, 3, &press);
        }
    }
    page.gap();
    let on = if gate.waits {
        "orgctl looks again every few seconds and goes on by itself. Ctrl-C stops it safely."
    } else {
        "Then run `orgctl apply` again: it sees what was done and goes on from there."
    };
    page.line(None, 0, on);
    page.finish()
}

/// The way that the portal knows besides, and the only one that it knew before.
const IN_TWO: &str = "Where that is not offered, two things are to be done: press \"Disconnect \
                      directory\" and sign out; then sign in with a personal Microsoft account \
                      that administers the organization, press \"Connect directory\" and choose \
                      the same.";

fn chosen(page: &mut Page, tenant: Tenant<'_>) {
    page.line(None, 5, &format!("{}  {}", clean(tenant.name), tenant.id));
}

fn confirmed(gate: &Gate<'_>) -> String {
    format!(
        "Confirm, although it warns that members will lose access: the map stage gives it back to \
         {}. Leave \"Resolve\" alone, and sign out when it asks for it.",
        words::people(gate.mappings)
    )
}

fn who(goal: Goal<'_>) -> String {
    const ADMINISTRATOR: &str = "a Project Collection Administrator";
    match goal {
        Goal::Connect(_) => {
            format!("{ADMINISTRATOR} (the owner is one) who is a member of the tenant, not a guest")
        }
        Goal::Change { from, to } => format!(
            "{ADMINISTRATOR} (the owner is one) who is a member, not a guest, of {}, and a member \
             or a guest of tenant {from}",
            clean(to.name)
        ),
        Goal::Disconnect => format!(
            "{ADMINISTRATOR}, after making somebody with a personal Microsoft account the owner of \
             the organization"
        ),
    }
}

/// How many steps of a plan cannot be taken back, for whoever is asked to approve it; nothing where all
/// can.
pub fn no_way_back(plan: &Plan) -> Option<String> {
    let count = |risk| plan.steps().filter(|step| step.risk() == risk).count();
    let steps = plan.steps().filter(|step| step.change.writes()).count();
    let (destructive, one_way) = (count(Risk::Destructive), count(Risk::OneWay));
    let lost = destructive + one_way;
    (lost > 0).then(|| {
        format!(
            "{lost} of {steps} steps have no way back: {destructive} destructive, {one_way} one-way."
        )
    })
}

/// What no service shows and a person has to look at, once the organization has changed its tenant.
/// Microsoft's pages on connecting end with such a list.
pub fn afterwards(plan: &Plan, look: Look) -> Option<String> {
    let mut steps = plan.steps();
    steps.find(|step| step.address.kind().stage() == Stage::Connect)?;
    let organization = clean(plan.header.organization.as_str());
    let account = match Goal::of(plan) {
        Goal::Connect(_) | Goal::Change { .. } => "work account, and have a guest do the same",
        Goal::Disconnect => "personal account",
    };
    let mut page = Page::new(look, 512);
    page.line(None, 0, "What no service shows is yours to look at now:");
    page.gap();
    let sign_in = format!(
        "Sign in to https://dev.azure.com/{organization} in a private window with your {account}."
    );
    numbered(&mut page, 1, &sign_in);
    numbered(&mut page, 2, USES_OF_TOKENS);
    numbered(&mut page, 3, AUDIT_LOGS);
    numbered(&mut page, 4, QUESTIONS);
    Some(page.finish())
}

const USES_OF_TOKENS: &str = "Run a pipeline that uses a service connection, and whatever else \
                              works with somebody's token: extensions, hooks, scripts.";
const AUDIT_LOGS: &str = "Read the audit logs of the organization and of the tenant: the change is \
                          in them, with who made it.";
const QUESTIONS: &str = "Keep somebody at hand for questions for some days.";

/// What is lost when a plan that takes the organization off a tenant is applied; nothing for any
/// other plan.
pub fn leaving(plan: &Plan) -> Option<String> {
    let from = plan
        .steps()
        .find(|step| step.leaves_tenant())?
        .tenant_before()?;
    let (mut groups, mut rules, mut people, mut applications) = (0, 0, 0, 0);
    for finding in &plan.findings {
        if let Evidence::DirectoryGroupsLost(DirectoryGroupsLost {
            groups: lost,
            rules: of_them,
            ..
        }) = &finding.evidence
        {
            (groups, rules) = (*lost, *of_them);
        }
        if let Evidence::ApplicationsLost(lost) = &finding.evidence {
            applications = lost.applications;
        }
        people += usize::from(takes_access(&finding.evidence));
    }
    let organization = clean(plan.header.organization.as_str());
    let plural = |count: u32| if count == 1 { "" } else { "s" };
    let of_applications = match applications {
        0 => String::new(),
        some => format!(", and the access of {some} application{}", plural(some)),
    };
    Some(format!(
        "It takes {organization} off tenant {from}. With it go {groups} group{} of that tenant, \
         their permissions and {rules} group rule{}{of_applications}; {} may lose access. This \
         cannot be undone.",
        plural(groups),
        plural(rules),
        words::people(people),
    ))
}

const fn takes_access(evidence: &Evidence) -> bool {
    matches!(
        evidence,
        Evidence::Uncovered(_)
            | Evidence::GroupAccessLost(_)
            | Evidence::SignInLost(_)
            | Evidence::SignInUncertain(_)
    )
}
