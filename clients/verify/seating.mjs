// Who sits where and when: docs/formats/evidence.md, sections 2 and 6 (1 to 4).
import { grouped, unique } from "./findings.mjs";

/** Kind of room a delivery asks for. */
const ROOM_KIND = { paper: "paper", computer: "computer", on_site: "practical" };

/** How many a room takes in one turn. */
const places = (room, part) => (part.kind === "panel" ? 1 : room.seats);

/** Parts, admitted people and rooms by their ids. */
export function checkRegisters(folder, findings) {
  const known = {};
  findings.check("registers", (wrong) => {
    known.parts = unique(folder.parts, (row) => row.part, wrong, "part");
    known.admitted = unique(folder.admitted, (row) => row.candidate, wrong, "candidate");
    known.rooms = unique(folder.rooms, (row) => row.room, wrong, "room");
    const papers = grouped(folder.parts, (part) => `${part.occupation} ${part.level}`);
    for (const person of folder.admitted) {
      const asked = (papers.get(`${person.occupation} ${person.level}`) ?? []).map((part) => part.part).sort().join(" ");
      if ([...person.parts, ...person.kept].sort().join(" ") !== asked) wrong(`${person.candidate}: sits and keeps other parts than ${person.occupation} ${person.level} has`);
    }
    for (const room of folder.rooms) if (room.seats < 0) wrong(`room ${room.room} has ${room.seats} seats`);
    return `${folder.parts.length} parts, ${folder.admitted.length} admitted, ${folder.rooms.length} rooms`;
  });
  return known;
}

export function checkSeats(folder, { parts, admitted }, findings) {
  findings.check("a seat for everybody", (wrong) => {
    const numbers = new Map();
    const seats = grouped(folder.seats, (seat) => seat.candidate);
    for (const seat of folder.seats) {
      const person = admitted.get(seat.candidate);
      if (!person) wrong(`${seat.candidate} is not admitted and has a seat in ${seat.part}`);
      else if (!person.parts.includes(seat.part)) wrong(`${seat.candidate} has a seat in ${seat.part} and need not sit it`);
      else if (seat.site !== person.site) wrong(`${seat.candidate} sits at site ${seat.site} and belongs to ${person.site}`);
      if (!parts.has(seat.part)) wrong(`${seat.candidate}: part ${seat.part} is not known`);
      const owner = numbers.get(seat.admission_number) ?? seat.candidate;
      if (owner !== seat.candidate) wrong(`admission number ${seat.admission_number} belongs to ${owner} and ${seat.candidate}`);
      numbers.set(seat.admission_number, owner);
    }
    for (const person of folder.admitted) {
      const own = seats.get(person.candidate) ?? [];
      if (new Set(own.map((seat) => seat.admission_number)).size > 1) wrong(`${person.candidate} has more than one admission number`);
      for (const part of person.parts) {
        const count = own.filter((seat) => seat.part === part).length;
        if (count !== 1) wrong(`${person.candidate} has ${count} seats in ${part}`);
      }
    }
    return `${folder.seats.length} seats of ${seats.size} people`;
  });
}

export function checkRooms(folder, { parts, rooms }, findings) {
  findings.check("rooms", (wrong) => {
    unique(folder.seats, (seat) => `${seat.seat} of room ${seat.room} in sitting ${seat.sitting}`, wrong, "seat");
    for (const seat of folder.seats) {
      const [room, part] = [rooms.get(seat.room), parts.get(seat.part)];
      if (!room) wrong(`${seat.candidate} sits in room ${seat.room}, which is not known`);
      else if (room.site !== seat.site) wrong(`${seat.candidate} sits at site ${seat.site} in room ${seat.room} of site ${room.site}`);
      else if (part && room.kind !== ROOM_KIND[part.delivery]) wrong(`${seat.candidate} sits ${seat.part} (${part.delivery}) in room ${seat.room}, which is for ${room.kind}`);
    }
    const used = grouped(folder.seats, (seat) => `${seat.room} ${seat.sitting} ${seat.turn}`);
    for (const people of used.values()) {
      const [first] = people;
      const [room, part] = [rooms.get(first.room), parts.get(first.part)];
      if (room && part && people.length > places(room, part)) wrong(`room ${first.room} has ${places(room, part)} places and ${people.length} people in turn ${first.turn} of sitting ${first.sitting}`);
    }
    const spans = grouped([...used.values()].map(([seat]) => seat), (seat) => seat.room);
    for (const [room, held] of spans) for (const [a, b] of overlapping(held)) if (a.sitting !== b.sitting) wrong(`room ${room} is held by sittings ${a.sitting} and ${b.sitting} at the same time`);
    return `${spans.size} rooms used, ${used.size} turns in them`;
  });
}

export function checkTimes(folder, { parts }, findings) {
  findings.check("times", (wrong) => {
    for (const [turn, people] of grouped(folder.seats, (seat) => `${seat.turn} of sitting ${seat.sitting}`)) {
      const [first] = people;
      if (first.turn < 1) wrong(`turn ${turn}: turns begin with 1`);
      if (people.some((seat) => seat.starts_at !== first.starts_at || seat.ends_at !== first.ends_at)) wrong(`turn ${turn} has more than one beginning or end`);
      for (const name of new Set(people.map((seat) => seat.part))) {
        const [part, other] = [parts.get(name), parts.get(first.part)];
        if (part?.kind !== other?.kind || part?.delivery !== other?.delivery) wrong(`turn ${turn} holds ${first.part} and ${name}, which are not held the same way`);
        if (part && first.ends_at - first.starts_at !== part.minutes * 60_000_000) wrong(`turn ${turn} does not last the ${part.minutes} minutes of ${name}`);
      }
    }
    for (const [candidate, own] of grouped(folder.seats, (seat) => seat.candidate)) {
      for (const [a, b] of overlapping(own)) wrong(`${candidate} sits ${a.part} and ${b.part} at the same time`);
    }
    return `${new Set(folder.seats.map((seat) => seat.sitting)).size} sittings`;
  });
}

/** Neighbours in time that overlap. */
function overlapping(seats) {
  const ordered = [...seats].sort((a, b) => a.starts_at - b.starts_at || a.ends_at - b.ends_at);
  const pairs = [];
  let last = ordered[0];
  for (const seat of ordered.slice(1)) {
    if (seat.starts_at < last.ends_at) pairs.push([last, seat]);
    if (seat.ends_at > last.ends_at) last = seat;
  }
  return pairs;
}

/** Rooms used and the lower bound, summed over each site and sitting. */
export function checkBound(folder, { parts }, findings) {
  const sum = { used: 0, bound: 0 };
  findings.check("fewest rooms", (wrong, note) => {
    const sites = grouped(folder.rooms, (room) => room.site);
    const sittings = [...grouped(folder.seats, (seat) => `${seat.site} ${seat.sitting}`).values()].map((people) => describe(people, sites, parts));
    for (const one of sittings) {
      sum.used += one.used;
      sum.bound += one.bound;
      const where = `site ${one.site}, sitting ${one.sitting}`;
      if (!Number.isFinite(one.bound)) wrong(`${where}: all rooms of the kind together do not seat its ${one.people} people`);
      else if (one.used < one.bound) wrong(`${where}: ${one.used} rooms for ${one.people} people, and fewer than ${one.bound} cannot be`);
      else if (one.used > one.bound) {
        const rival = sittings.find((other) => other !== one && other.site === one.site && other.kind === one.kind && other.from < one.until && one.from < other.until);
        const text = `${where}: ${one.used} rooms used, ${one.bound} seat its ${one.people} people`;
        if (rival) note(`${text}; sitting ${rival.sitting} held rooms meanwhile`);
        else wrong(text);
      }
    }
    return `${sum.used} used, ${sum.bound} at least`;
  });
  return sum;
}

function describe(people, sites, parts) {
  const [{ site, sitting, part: name }] = people;
  const part = parts.get(name);
  const kind = part && ROOM_KIND[part.delivery];
  const turns = people.reduce((most, seat) => Math.max(most, seat.turn), 1);
  const capacities = (sites.get(site) ?? []).filter((room) => room.kind === kind).map((room) => places(room, part) * turns).sort((a, b) => b - a);
  let [left, bound] = [people.length, 0];
  while (left > 0 && bound < capacities.length) {
    left -= capacities[bound];
    bound += 1;
  }
  return {
    site, sitting, kind, people: people.length, used: new Set(people.map((seat) => seat.room)).size, bound: left > 0 ? Infinity : bound,
    from: people.reduce((least, seat) => Math.min(least, seat.starts_at), Infinity), until: people.reduce((most, seat) => Math.max(most, seat.ends_at), -Infinity),
  };
}
