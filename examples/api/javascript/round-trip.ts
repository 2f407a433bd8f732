// A full round through the native API with a client whose types are generated from docs/openapi.json:
// create a pool, a policy and a zone, read, conflict, change many at once, follow the events, roll back, delete.
// MERIDIAN_URL and MERIDIAN_TOKEN say where and as whom; the server has to be a managed one (meridian serve --store).
import createClient from "openapi-fetch";
import type { components, paths } from "#schema";

type Problem = components["schemas"]["Problem"];
type ChangeResult = components["schemas"]["ChangeResult"];

const baseUrl = process.env.MERIDIAN_URL ?? "http://127.0.0.1:8053";
const token = process.env.MERIDIAN_TOKEN ?? "";
const headers = { Authorization: `Bearer ${token}` };
const api = createClient<paths>({ baseUrl, headers });

let steps = 0;

function step(what: string): void {
  steps++;
  console.log(`  ${String(steps).padStart(2)}. ${what}`);
}

function check(condition: unknown, what: string): asserts condition {
  if (!condition) {
    throw new Error(`not as expected: ${what}`);
  }
}

// The revision of a change that must have been taken.
function revisionOf(answer: { data?: ChangeResult | Problem; error?: Problem; response: Response }): number {
  check(answer.data && "revision" in answer.data && answer.data.revision, `${answer.response.status} ${JSON.stringify(answer.error ?? answer.data)}`);
  return answer.data.revision.number;
}

// Reads events until one of the kind is there; the connection is open when this returns its first value.
async function* revisions(after: number, signal: AbortSignal): AsyncGenerator<number> {
  const response = await fetch(`${baseUrl}/api/v1/events?topics=revisions&after=${after}`, { headers, signal });
  check(response.ok && response.body, `events: ${response.status}`);
  let text = "";
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    let end: number;
    while ((end = text.indexOf("\n\n")) >= 0) {
      const data = /^data: (.*)$/m.exec(text.slice(0, end))?.[1];
      text = text.slice(end + 2);
      if (data) {
        yield (JSON.parse(data) as components["schemas"]["Revision"]).number;
      }
    }
  }
}

const zone = "round-trip.example";
const pool = { params: { path: { name: "rt-pool" } } };
const policy = { params: { path: { name: "rt-policy" } } };
const onlyNew = { "If-None-Match": "*" };

const caller = await api.GET("/api/v1/whoami");
check(caller.data?.role === "admin" || caller.data?.role === "editor", `the token is for ${caller.data?.role}`);
step(`I am ${caller.data.name} (${caller.data.role})`);

const before = await api.GET("/api/v1/revisions", { params: { query: { limit: 1 } } });
check(before.data, "history");
const start = before.data.items[0]?.number ?? 0;

const body = { members: [{ address: "192.0.2.1" }, { address: "192.0.2.2", weight: 3 }] };
const trial = await api.PUT("/api/v1/pools/{name}", { params: { path: pool.params.path, query: { "dry-run": true } }, body });
check(trial.data && "hash" in (trial.data.plan ?? {}) && !("revision" in trial.data), "a dry run plans and changes nothing");
check((await api.GET("/api/v1/pools/{name}", pool)).response.status === 404, "after the dry run there is no pool");
step(`planned a pool: plan ${trial.data.plan?.hash.slice(0, 12)}, nothing changed`);

revisionOf(await api.PUT("/api/v1/pools/{name}", { params: { ...pool.params, header: onlyNew }, body }));
revisionOf(await api.PUT("/api/v1/policies/{name}", { params: { ...policy.params, header: onlyNew }, body: { ttl: "30s", failover: ["rt-pool"] } }));
revisionOf(await api.PUT("/api/v1/zones/{name}", {
  params: { path: { name: zone }, header: onlyNew },
  body: { soa: { primary: "ns1.round-trip.example.", contact: "hostmaster@round-trip.example" } },
}).then(async (created) => created.error
  // A zone must have its name servers from the first moment: then both are one change.
  ? await api.POST("/api/v1/changes", {
    body: {
      message: "create the zone with its name server",
      changes: [
        { kind: "zone", name: zone, version: 0, body: { soa: { primary: "ns1.round-trip.example.", contact: "hostmaster@round-trip.example" } } },
        { kind: "records", name: `${zone}/@`, version: 0, body: { NS: ["ns1"] } },
        { kind: "records", name: `${zone}/ns1`, version: 0, body: { A: "192.0.2.53" } },
      ],
    },
  })
  : created));
const complete = revisionOf(await api.PUT("/api/v1/zones/{zone}/records/{owner}", {
  params: { path: { zone, owner: "www" }, query: { wait: true } },
  body: { A: { steer: "rt-policy" } },
}));
step(`created a pool, a policy, and the zone ${zone} with a steered name; revision ${complete} answers queries`);

const read = await api.GET("/api/v1/pools/{name}", pool);
const tag = read.response.headers.get("ETag");
check(tag && JSON.stringify(read.data) === JSON.stringify(body), "the pool comes back as it was written");
step(`read the pool back, version ${tag}`);

revisionOf(await api.PUT("/api/v1/pools/{name}", { params: { ...pool.params, header: { "If-Match": tag } }, body: { members: [{ address: "192.0.2.1" }] } }));
const conflict = await api.PUT("/api/v1/pools/{name}", { params: { ...pool.params, header: { "If-Match": tag } }, body });
check(conflict.response.status === 412 && conflict.error?.type === "urn:meridian:problem:conflict", `a stale version is refused: ${conflict.response.status}`);
step(`a second writer with the old version is refused: ${conflict.error.detail}`);

const wrong = await api.PUT("/api/v1/pools/{name}", { ...pool, body: { members: [{ address: "192.0.2.300" }] } });
check(wrong.response.status === 422 && wrong.error?.errors?.[0]?.pointer === "/members/0/address", JSON.stringify(wrong.error));
step(`an error points to its field: ${wrong.error.errors[0].pointer}: ${wrong.error.errors[0].detail}`);

const ending = new AbortController();
const events = revisions(complete, ending.signal);
check((await events.next()).value === complete + 1, "events after a revision begin with the next one");
const changes = Array.from({ length: 20 }, (_, i) => ({ kind: "records", name: `${zone}/host${i}`, version: 0, body: { A: `192.0.2.${100 + i}` } }));
const bulk = revisionOf(await api.POST("/api/v1/changes", { body: { changes, message: "twenty hosts at once" } }));
check((await events.next()).value === bulk, "the event of the change set");
ending.abort();
step(`changed 20 documents at once as revision ${bulk}, and its event came`);

const pages: string[] = [];
let cursor: string | undefined;
do {
  const page = await api.GET("/api/v1/zones/{zone}/records", { params: { path: { zone }, query: { limit: 7, cursor } } });
  check(page.data?.items, "a page of records");
  pages.push(...page.data.items.map((item) => item.name));
  cursor = page.data.next;
} while (cursor);
check(pages.length === new Set(pages).size && pages.length >= 21, `${pages.length} owners`);
step(`read ${pages.length} owners in pages of 7`);

const back = revisionOf(await api.POST("/api/v1/revisions/{number}/rollback", {
  params: { path: { number: String(complete) } }, body: { message: "return to the start", reason: "the round trip" },
}));
check((await api.GET("/api/v1/zones/{zone}/records/{owner}", { params: { path: { zone, owner: "host0" } } })).response.status === 404, "host0 is gone");
check(JSON.stringify((await api.GET("/api/v1/pools/{name}", pool)).data) === JSON.stringify(body), "the pool is as it was");
step(`rolled back to revision ${complete}, as revision ${back}`);

const documents = await api.GET("/api/v1/zones/{zone}/records", { params: { path: { zone } } });
check(documents.data?.items, "the zone's records");
revisionOf(await api.POST("/api/v1/changes", {
  body: {
    message: "clean up", reason: "the round trip is over",
    changes: [
      ...documents.data.items.map((item) => ({ kind: "records", name: `${zone}/${item.name}`, version: item.version })),
      { kind: "zone", name: zone },
    ],
  },
}));
revisionOf(await api.DELETE("/api/v1/policies/{name}", { params: { ...policy.params, query: { reason: "the round trip is over" } } }));
const last = revisionOf(await api.DELETE("/api/v1/pools/{name}", { params: { ...pool.params, query: { reason: "the round trip is over" } } }));
for (const path of ["/api/v1/zones/{name}", "/api/v1/pools/{name}", "/api/v1/policies/{name}"] as const) {
  const name = path.includes("zones") ? zone : path.includes("pools") ? "rt-pool" : "rt-policy";
  check((await api.GET(path, { params: { path: { name } } })).response.status === 404, `${name} is deleted`);
}
step(`deleted all of it; ${last - start} revisions in all`);
console.log(`JavaScript round trip: ${steps} steps, all as expected`);
