//! One file of scenarios, put to the application and held against Koa's answers.

use std::{env, fmt::Write as _, fs};

use futures_util::{StreamExt as _, stream};

use crate::{
    answer::Answer,
    app, driver,
    lists::{differences, unwritten},
    scenario::{Outcome, Outcomes, Scenario, Words, here, read_json},
};

/// How many scenarios are asked at once.
const AT_ONCE: usize = 8;

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
        let outcomes: Vec<_> = runtime.block_on(
            stream::iter(&self.scenarios).map(|scenario| ask(scenario, &self.golden)).buffered(AT_ONCE).collect(),
        );
        let accept = env::var_os("PARITY_ACCEPT").is_some();
        let (differences, unwritten) = (differences(), unwritten());
        let mut complaints = String::new();
        let (mut same, mut differ, mut none) = (0, 0, 0);
        let mut pinned = Outcomes::new();
        for (scenario, outcome) in self.scenarios.iter().zip(outcomes) {
            let name = &scenario.name;
            let complaint = match (outcome, unwritten.get(name), differences.get(name)) {
                (Err(_), Some(_), _) => {
                    none += 1;
                    None
                }
                (Err(missing), None, _) => Some(format!("{missing}, and unwritten.txt does not say why\n")),
                (Ok(_), Some(_), _) => Some("there is a handler now: take it off unwritten.txt\n".to_owned()),
                (Ok(ours), None, difference) => {
                    let koa = &self.golden[name];
                    match (compare(scenario, koa, &ours), difference) {
                        (None, None) => {
                            same += 1;
                            None
                        }
                        (None, Some(_)) => Some("no longer differs: take it off differences.txt\n".to_owned()),
                        (Some(report), None) => Some(report),
                        (Some(_), Some(_)) => {
                            differ += 1;
                            let drift = match self.ours.get(name) {
                                _ if accept => None,
                                Some(before) => compare(scenario, before, &ours)
                                    .map(|report| format!("our own answer has changed\n{report}")),
                                None => Some("our answer is not pinned: run with PARITY_ACCEPT=1\n".to_owned()),
                            };
                            pinned.insert(name.clone(), ours);
                            drift
                        }
                    }
                }
            };
            if let Some(complaint) = complaint {
                let _ = write!(complaints, "\n  {name} ({})\n    {complaint}", scenario.ids.join(", "));
            }
        }
        println!("{}: {same} as Koa, {differ} otherwise on purpose, {none} without a handler", self.name);
        if accept {
            self.pin(&pinned);
        }
        assert!(complaints.is_empty(), "{}\n{complaints}", self.name);
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

/// Our outcome, or what is missing for one.
async fn ask(scenario: &Scenario, golden: &Outcomes) -> Result<Outcome, String> {
    let koa = golden.get(&scenario.name).ok_or("Koa has not been asked: run `node record.mjs`")?;
    let app = app::build(scenario)?;
    let events = driver::Events::default();
    let ours = driver::ask(app, &events, scenario, koa).await;
    assert_eq!(ours.sent, koa.sent, "{}: Koa was sent something else: run `node record.mjs`", scenario.name);
    Ok(ours)
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
