//! One file of scenarios, put to the application and held against Koa's answers.

use std::{collections::BTreeMap, env, fmt::Write as _, fs};

use futures_util::{StreamExt as _, stream};

use crate::{
    answer::Answer,
    app, driver,
    lists::{self, differences, is_by_type, unwritten},
    scenario::{Outcome, Outcomes, Scenario, Words, here, read_json},
};

/// How many scenarios are asked at once.
const AT_ONCE: usize = 8;

/// What came of one scenario.
enum Verdict {
    Same,
    Otherwise,
    NotBuilt,
    /// There is a handler, but the answer is not Koa's yet.
    NotRight(String),
    Impossible,
    /// It is in a list that it should not be in any more.
    Stale(String),
    /// It is answered otherwise, but not as it was.
    Changed(String),
    Wrong(String),
}

impl Verdict {
    fn name(&self) -> &'static str {
        match self {
            Self::Same => "as Koa",
            Self::Otherwise => "otherwise on purpose",
            Self::NotBuilt => "not built yet",
            Self::NotRight(_) => "not right yet",
            Self::Impossible => "impossible by type",
            Self::Stale(_) | Self::Changed(_) | Self::Wrong(_) => "wrong",
        }
    }
}

pub(crate) struct Section {
    name: String,
    scenarios: Vec<Scenario>,
    golden: Outcomes,
    /// Our answers where they differ.
    ours: Outcomes,
}

impl Section {
    pub(crate) fn read(name: &str) -> Self {
        let ours = format!("ours/{name}.json");
        Self {
            name: name.to_owned(),
            scenarios: read_json(&format!("scenarios/{name}.json")),
            golden: read_json(&format!("golden/{name}.json")),
            ours: if here().join(&ours).exists() { read_json(&ours) } else { Outcomes::new() },
        }
    }

    pub(crate) fn pinned(&self) -> impl Iterator<Item = String> + '_ {
        self.ours.keys().cloned()
    }

    /// Asks everything, and panics with all that is not as it should be.
    pub(crate) fn check(self) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let outcomes: Vec<_> = runtime
            .block_on(stream::iter(&self.scenarios).map(|scenario| self.ask(scenario)).buffered(AT_ONCE).collect());
        let accept = env::var_os("PARITY_ACCEPT").is_some();
        let (differences, unwritten) = (differences(), unwritten());
        let mut counts = BTreeMap::new();
        let (mut complaints, mut stale, mut pinned) = (String::new(), Vec::new(), Outcomes::new());
        for (scenario, ours) in self.scenarios.iter().zip(outcomes) {
            let name = &scenario.name;
            let verdict = self.judge(scenario, &ours, unwritten.get(name), differences.get(name));
            if let Verdict::Otherwise | Verdict::Changed(_) = &verdict
                && let Ok(ours) = ours
            {
                pinned.insert(name.clone(), ours);
            }
            let complaint = match verdict {
                Verdict::Stale(_) if accept => {
                    stale.push(name.clone());
                    continue;
                }
                Verdict::Changed(_) if accept => continue,
                Verdict::Stale(text) | Verdict::Changed(text) | Verdict::Wrong(text) => text,
                settled => {
                    if let Verdict::NotRight(report) = &settled {
                        println!("  {name} is not right yet ({})\n    {report}", scenario.ids.join(", "));
                    }
                    *counts.entry(settled.name()).or_insert(0) += 1;
                    continue;
                }
            };
            let _ = write!(complaints, "\n  {name} ({})\n    {complaint}", scenario.ids.join(", "));
        }
        println!("{}: {counts:?}", self.name);
        if accept {
            self.pin(&pinned);
            lists::remove(&stale);
        }
        assert!(complaints.is_empty(), "{}\n{complaints}", self.name);
    }

    /// Our outcome, or what is missing for one.
    async fn ask(&self, scenario: &Scenario) -> Result<Outcome, String> {
        let koa = self.golden.get(&scenario.name).ok_or("Koa has not been asked: run `node record.mjs`")?;
        let app = app::build(scenario)?;
        let expected = self.ours.get(&scenario.name).unwrap_or(koa);
        let ours = driver::ask(app, &driver::Events::default(), scenario, expected).await;
        assert_eq!(ours.sent, koa.sent, "{}: Koa was sent something else: run `node record.mjs`", scenario.name);
        Ok(ours)
    }

    fn judge(
        &self,
        scenario: &Scenario,
        ours: &Result<Outcome, String>,
        unwritten: Option<&String>,
        difference: Option<&String>,
    ) -> Verdict {
        let ours = match (ours, unwritten) {
            (Ok(ours), _) => ours,
            (Err(_), Some(reason)) if is_by_type(reason) => return Verdict::Impossible,
            (Err(_), Some(_)) => return Verdict::NotBuilt,
            (Err(missing), None) => {
                return Verdict::Wrong(format!("{missing}, and unwritten.txt does not say why\n"));
            }
        };
        let name = &scenario.name;
        let report = compare(scenario, &self.golden[name], ours);
        match (report, unwritten, difference) {
            (_, Some(reason), _) if is_by_type(reason) => {
                Verdict::Stale("it can be written after all: take it off unwritten.txt\n".to_owned())
            }
            (Some(report), Some(_), _) => Verdict::NotRight(report),
            (None, Some(_), _) => Verdict::Stale("it is built now: take it off unwritten.txt\n".to_owned()),
            (None, None, None) => Verdict::Same,
            (None, None, Some(_)) => Verdict::Stale("it no longer differs: take it off differences.txt\n".to_owned()),
            (Some(report), None, None) => Verdict::Wrong(report),
            (Some(_), None, Some(_)) => match self.ours.get(name) {
                None => Verdict::Changed("our answer is not pinned: run with PARITY_ACCEPT=1\n".to_owned()),
                Some(before) => match compare(scenario, before, ours) {
                    Some(report) => Verdict::Changed(format!("our own answer has changed\n{report}")),
                    None => Verdict::Otherwise,
                },
            },
        }
    }

    fn pin(&self, ours: &Outcomes) {
        let file = here().join(format!("ours/{}.json", self.name));
        if ours.is_empty() {
            let _ = fs::remove_file(file);
        } else {
            let mut text = serde_json::to_string_pretty(ours).expect("outcomes are JSON");
            text.push('\n');
            fs::write(file, text).expect("the folder can be written");
        }
    }
}

/// What of two outcomes differs, written down for a reader.
fn compare(scenario: &Scenario, koa: &Outcome, ours: &Outcome) -> Option<String> {
    let mut report = String::new();
    let (theirs, own) = (Answer::all(koa), Answer::all(ours));
    if theirs != own {
        let list = |answers: &[Answer]| answers.iter().map(ToString::to_string).collect::<String>();
        let _ = write!(report, "Koa answers\n{}    and this\n{}", list(&theirs), list(&own));
    }
    if koa.end != ours.end {
        let _ = writeln!(report, "then Koa's connection is {}, and this is {}", koa.end, ours.end);
    }
    let told = |events: &[String]| -> Vec<String> {
        let events = events.iter().map(|event| match scenario.words {
            Words::Same => event.as_str(),
            Words::Own => event.split_once(" at ").map_or("", |(status, _)| status),
        });
        events.map(str::to_owned).collect()
    };
    if told(&koa.events) != told(&ours.events) {
        let _ = writeln!(report, "Koa's events are {:?}, and these {:?}", koa.events, ours.events);
    }
    (!report.is_empty()).then_some(report)
}
