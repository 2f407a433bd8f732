using System.Globalization;
using System.Text;
using Meridian.Client.Wire;

namespace Meridian.Host.Commands.Changes;

/// <summary>A plan for a person: what changes, what it means for clients, and what speaks against it.</summary>
internal static class PlanText
{
    private const int CountriesShown = 8;

    // 0 to 0.1. What two draws differ by says nothing.
    private const double ShareShown = 0.0005;

    public static string Of(Plan plan)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"on revision {plan.BaseRevision}:\n");
        foreach (PlannedDocument document in plan.Documents)
        {
            text.Append($"{document.Change} {document.Kind} {document.Name}\n");
            foreach (string line in document.Lines)
            {
                text.Append($"  {line}\n");
            }
        }
        AppendClients(text, plan);
        foreach (PlannedCapacity pool in plan.Capacity)
        {
            string site = pool.Site is null ? "" : $" in {pool.Site}";
            string capacity = pool.Capacity is { } most ? string.Create(CultureInfo.InvariantCulture, $", capacity {most}") : "";
            text.Append(CultureInfo.InvariantCulture, $"demand: pool {pool.Pool}{site}{capacity}: {pool.Before:0.#%} -> {pool.After:0.#%} of the client space\n");
        }
        AppendObserved(text, plan);
        foreach (PlannedFinding finding in plan.NewFindings)
        {
            text.Append($"new finding: {finding.Path}: {finding.Message} [{finding.Rule}]\n");
        }
        foreach (GuardFinding finding in plan.Guard)
        {
            text.Append($"guard: {(finding.Zone is null ? "" : $"{finding.Zone}: ")}{finding.Message} [{finding.Rule}]\n");
        }
        foreach (string note in plan.Notes)
        {
            text.Append($"note: {note}\n");
        }
        if (!plan.ZonesToApprove.IsEmpty)
        {
            text.Append($"a second person has to approve it: {string.Join(", ", plan.ZonesToApprove)}\n");
        }
        return text.Append($"plan {plan.Hash}").ToString();
    }

    private static void AppendObserved(StringBuilder text, Plan plan)
    {
        if (plan.Observed is not { } observed)
        {
            return;
        }
        text.Append(CultureInfo.InvariantCulture, $"observed traffic: {observed.Moved:0.#%} of it moves, {observed.Lost:0.#%} would get nothing; {observed.QueriesPerSecondBefore:0.##} -> {observed.QueriesPerSecondAfter:0.##} queries/s\n");
        text.Append(CultureInfo.InvariantCulture, $"  from {observed.Queries:0} queries of {observed.From:HH:mm} to {observed.To:HH:mm}Z, {observed.Replayed:0.#%} of them replayed\n");
        foreach (PlannedShare site in observed.Sites.Where(site => Math.Abs(site.After - site.Before) >= ShareShown))
        {
            text.Append(CultureInfo.InvariantCulture, $"  site {site.Name}: {site.Before:0.#%} -> {site.After:0.#%}{(site.Capacity is { } most ? string.Create(CultureInfo.InvariantCulture, $" (capacity {most})") : "")}\n");
        }
    }

    private static void AppendClients(StringBuilder text, Plan plan)
    {
        foreach (PlannedName name in plan.Clients)
        {
            text.Append($"clients of {name.Name}\n");
            foreach (PlannedClients part in name.Changes)
            {
                string what = part.Change switch
                {
                    "none" => "no answer any more",
                    "fewer" => "fewer answers",
                    _ => "other answers",
                };
                text.Append(CultureInfo.InvariantCulture, $"  {what} for {part.ShareOfIPv4:0.###%} of allocated IPv4 and {part.ShareOfIPv6:0.###%} of IPv6 ({part.NetworkCount} networks, such as {string.Join(", ", part.Examples.Take(3))})\n");
                text.Append($"    - {part.Before}\n    + {part.After}\n");
                if (!part.Countries.IsEmpty)
                {
                    IEnumerable<string> shown = part.Countries.OrderByDescending(country => country.Value).Take(CountriesShown)
                        .Select(country => string.Create(CultureInfo.InvariantCulture, $"{country.Key} {country.Value:0.#%}"));
                    int more = part.Countries.Count - CountriesShown;
                    text.Append($"    {string.Join(", ", shown)}{(more > 0 ? $" and {more} more countries" : "")}\n");
                }
            }
        }
    }
}
