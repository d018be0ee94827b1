//! The bodies that run beside the province on one installation: a federation with its stations and bases, a
//! college and an enterprise, each with its own people, who see nothing of the province.
use identity::Role;

use super::staff::{DemoStaff, make_staff, staff};
use crate::House;

/// Two people of each body: one plans, the other approves.
pub const NEIGHBOUR_STAFF: &[DemoStaff] = &[
    staff("federation1", "联合会甲", Role::Province, "/federation"),
    staff("federation2", "联合会乙", Role::Province, "/federation"),
    staff("college1", "学院认定中心甲", Role::Province, "/college"),
    staff("college2", "学院认定中心乙", Role::Province, "/college"),
    staff("enterprise1", "集团评价中心甲", Role::Province, "/enterprise"),
    staff("enterprise2", "集团评价中心乙", Role::Province, "/enterprise"),
];

/// Takes their organisations and sites in and makes their people. Running it again changes nothing.
///
/// # Errors
/// A file that is not what it should be; storage.
pub async fn neighbours(house: &House) -> anyhow::Result<()> {
    let mut tx = house.env.db.write().await?;
    let organisations = include_str!("../../../../data/demo/neighbours/organisations.csv");
    organisation::seed(&mut tx, organisations).await?;
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
    use super::NEIGHBOUR_STAFF;

    const ORGANISATIONS: &str = include_str!("../../../../data/demo/neighbours/organisations.csv");

    #[test]
    fn the_federation_has_27_stations_21_bases_and_8_on_trial_and_each_body_two_people_of_its_own() {
        let under = |path: &str| ORGANISATIONS.lines().filter(|line| line.contains(path)).count();
        let bodies = ["/federation/station-", "/federation/base-", "/federation/trial-"];
        // A line names its own path first; what serves a station is named by 27 of them besides.
        let own = |path: &str| {
            ORGANISATIONS
                .lines()
                .filter(|line| line.split(',').nth(1).is_some_and(|at| at.starts_with(path)))
                .count()
        };
        assert_eq!(bodies.map(own), [27, 21, 8]);
        assert_eq!(under("/federation/base-"), 21 + 27);
        for body in ["/federation", "/college", "/enterprise"] {
            assert_eq!(NEIGHBOUR_STAFF.iter().filter(|one| one.path == body).count(), 2, "{body}");
        }
    }
}
