//! The bodies that run beside the province on one installation: a federation with its stations and bases, a
//! college and an enterprise, each with its own people, who see nothing of the province.
use identity::Role;

use super::staff::{DemoStaff, make_staff, staff};
use crate::House;

/// Two people of each body, one plans, the other approves; whoever asks for its filings, and whoever handles them.
pub const NEIGHBOUR_STAFF: &[DemoStaff] = &[
    staff("federation1", "联合会甲", Role::Province, "/federation"),
    staff("federation2", "联合会乙", Role::Province, "/federation"),
    staff("college1", "学院认定中心甲", Role::Province, "/college"),
    staff("college2", "学院认定中心乙", Role::Province, "/college"),
    staff("enterprise1", "集团评价中心甲", Role::Province, "/enterprise"),
    staff("enterprise2", "集团评价中心乙", Role::Province, "/enterprise"),
    staff("federation3", "联合会备案甲", Role::FilingOfficer, "/federation"),
    staff("federation4", "联合会备案乙", Role::FilingOfficer, "/federation"),
    staff("federation5", "联合会评估专家甲", Role::Assessor, "/federation"),
    staff("federation6", "联合会评估专家乙", Role::Assessor, "/federation"),
    staff("station1", "和平总站管理员", Role::Manager, "/federation/station-01"),
    staff("college3", "学院管理中心甲", Role::Manager, "/college"),
    staff("enterprise3", "集团备案甲", Role::Manager, "/enterprise"),
    staff("jiangcheng1", "江城市人社局甲", Role::FilingOfficer, "/authority/jiangcheng"),
    staff("jiangcheng2", "江城市人社局乙", Role::FilingOfficer, "/authority/jiangcheng"),
];

const ORGANISATIONS: &str = include_str!("../../../../data/demo/neighbours/organisations.csv");
const FILINGS: &str = include_str!("../../../../data/demo/neighbours/filings.csv");
const SCOPES: &str = include_str!("../../../../data/demo/neighbours/filing-scopes.csv");

/// Takes their organisations and sites in and makes their people. Running it again changes nothing.
///
/// # Errors
/// A file that is not what it should be; storage.
pub async fn neighbours(house: &House) -> anyhow::Result<()> {
    let mut tx = house.env.db.write().await?;
    let organisations =
        organisation::SeedFiles { organisations: ORGANISATIONS, filings: FILINGS, scopes: SCOPES };
    organisation::seed(&mut tx, &organisations).await?;
    let filings = filing::SeedFiles {
        supervision: include_str!("../../../../data/demo/neighbours/supervision.csv"),
        procedures: include_str!("../../../../data/demo/neighbours/procedures.csv"),
        materials: include_str!("../../../../data/demo/neighbours/materials.csv"),
        conditions: include_str!("../../../../data/demo/neighbours/conditions.csv"),
    };
    filing::seed(&mut tx, &filings).await?;
    let venues = venue::SeedFiles {
        sites: include_str!("../../../../data/demo/neighbours/sites.csv"),
        rooms: include_str!("../../../../data/demo/neighbours/rooms.csv"),
    };
    venue::seed(&mut tx, &venues).await?;
    tx.commit().await?;
    make_staff(house, NEIGHBOUR_STAFF).await
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{DemoStaff, FILINGS, NEIGHBOUR_STAFF, ORGANISATIONS, Role, SCOPES};

    /// The cells of one column, of the lines that another column begins with something.
    fn cells<'a>(file: &'a str, begins: (usize, &str), column: usize) -> Vec<&'a str> {
        let lines = file.lines().skip(1).map(|line| line.split(',').collect::<Vec<_>>());
        lines.filter(|cells| cells[begins.0].starts_with(begins.1)).map(|cells| cells[column]).collect()
    }

    #[test]
    fn the_federation_has_27_stations_21_bases_and_8_on_trial_and_each_body_two_people_of_its_own() {
        let bodies = ["/federation/station-", "/federation/base-", "/federation/trial-"];
        assert_eq!(bodies.map(|path| cells(ORGANISATIONS, (1, path), 1).len()), [27, 21, 8]);
        let on_trial = |path| cells(FILINGS, (1, path), 9).iter().filter(|day| day.is_empty()).count();
        assert_eq!(bodies.map(on_trial), [0, 0, 8], "each has its plaque, and eight wait to be confirmed");
        let plaques: BTreeSet<&str> = cells(FILINGS, (1, "/federation/"), 11).into_iter().collect();
        assert_eq!(plaques.len(), 56);
        for body in ["/federation", "/college", "/enterprise"] {
            let plans = |one: &&DemoStaff| one.path == body && one.role == Role::Province;
            assert_eq!(NEIGHBOUR_STAFF.iter().filter(plans).count(), 2, "{body}");
        }
    }

    #[test]
    fn the_college_covers_13_occupations_and_33_trades_and_the_federation_14_trades_of_its_own() {
        let college: BTreeSet<&str> = cells(SCOPES, (1, "filing-college"), 2).into_iter().collect();
        assert_eq!(college.len(), 13);
        let trades = |filing| cells(SCOPES, (1, filing), 3).iter().filter(|trade| !trade.is_empty()).count();
        assert_eq!((trades("filing-college"), trades("filing-federation")), (33, 14));
        let centres = cells(ORGANISATIONS, (1, "/college/"), 2);
        assert_eq!(centres.iter().filter(|kind| kind.ends_with("_centre")).count(), 3);
        testkit::proves!(
            "S2-06",
            "the college's scope has 13 occupations and 33 trades, each with levels and days"
        );
    }
}
