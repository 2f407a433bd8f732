// A zone with two weighted record sets by the AWS SDK for JavaScript, version 3: `npm ci`, then `node weighted.mjs`.
import {
  ChangeResourceRecordSetsCommand, CreateHostedZoneCommand, DeleteHostedZoneCommand, GetHostedZoneCommand, ListResourceRecordSetsCommand,
  NoSuchHostedZone, InvalidChangeBatch, Route53Client, waitUntilResourceRecordSetsChanged, paginateListHostedZones,
} from "@aws-sdk/client-route-53";

const client = new Route53Client({ endpoint: process.env.ROUTE53_ENDPOINT ?? "http://127.0.0.1:8054", region: "us-east-1", maxAttempts: 1 });
const name = `www.javascript.example.`;
const set = (id, weight, value) => ({ Name: name, Type: "A", SetIdentifier: id, Weight: weight, TTL: 60, ResourceRecords: [{ Value: value }] });
const change = (zone, action, ...sets) => client.send(new ChangeResourceRecordSetsCommand({
  HostedZoneId: zone, ChangeBatch: { Changes: sets.map((ResourceRecordSet) => ({ Action: action, ResourceRecordSet })) } }));

const created = await client.send(new CreateHostedZoneCommand({ Name: "javascript.example", CallerReference: `js-${Date.now()}` }));
const zone = created.HostedZone.Id;
console.log(`zone ${zone}, name servers ${created.DelegationSet.NameServers.join(", ")}`);
const sets = [set("blue", 3, "192.0.2.1"), set("green", 1, "192.0.2.2")];
const { ChangeInfo } = await change(zone, "CREATE", ...sets);
await waitUntilResourceRecordSetsChanged({ client, maxWaitTime: 60, minDelay: 1, maxDelay: 1 }, { Id: ChangeInfo.Id });
console.log(`change ${ChangeInfo.Id} is INSYNC`);
const listed = await client.send(new ListResourceRecordSetsCommand({ HostedZoneId: zone, StartRecordName: name, StartRecordType: "A" }));
console.log(`listed ${listed.ResourceRecordSets.filter((one) => one.Name === name).map((one) => `${one.SetIdentifier}=${one.Weight}`).join(" ")}`);
let zones = 0;
for await (const page of paginateListHostedZones({ client, pageSize: 1 }, {})) zones += page.HostedZones.length;
console.log(`paginated over ${zones} zones, one on a page`);
try {
  await change(zone, "CREATE", sets[0]);
} catch (error) {
  console.log(`creating it again: ${error instanceof InvalidChangeBatch ? "InvalidChangeBatch" : error.name}: ${error.message}`);
}
try {
  await client.send(new GetHostedZoneCommand({ Id: "Z00000000000000000000" }));
} catch (error) {
  console.log(`a zone that is not there: ${error instanceof NoSuchHostedZone ? "NoSuchHostedZone" : error.name}: ${error.message}`);
}
if (process.argv[2] !== "keep") {
  await change(zone, "DELETE", ...sets);
  await client.send(new DeleteHostedZoneCommand({ Id: zone }));
  console.log("deleted");
}
