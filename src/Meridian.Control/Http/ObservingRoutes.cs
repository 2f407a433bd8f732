using System.Collections.Immutable;
using Meridian.Control.Access;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes;
using Meridian.Control.Http.Documents;
using Meridian.Control.Http.Routing;
using Meridian.Control.Observing;
using Meridian.Engine.Model;
using Microsoft.AspNetCore.Http;
using Wire = Meridian.Client.Wire;

namespace Meridian.Control.Http;

/// <summary>Who asks, and what follows from it.</summary>
internal sealed class ObservingRoutes(LocalEndpointSources sources, ObservatoryCalls calls, LocalEndpointLimits limits)
{
    private const int MinutesMax = 48 * 60;
    private const int DefaultMinutes = 60;
    private const int TopMax = 10_000;
    private const int DefaultTop = 20;

    private static readonly ApiParameter Minutes = new("minutes", $"How far back, 1 to {MinutesMax}; 60 unless given.", "integer");
    private static readonly ApiParameter Top = new("top", $"Entries of each list, 1 to {TopMax}; 20 unless given.", "integer");
    private static readonly ApiParameter TextFormat = ObservatoryCalls.Format("json", "text");

    private static readonly ImmutableArray<ApiParameter> Supposed =
    [
        new("down", "A site whose checked members are all down. May be repeated."),
        new("drain", "A member (POOL/TARGET), a pool or a site that is drained. May be repeated."),
        new("weight", "A weight as POLICY/CHILD=WEIGHT. May be repeated."),
        new("ttl", "A TTL as POLICY=SECONDS. May be repeated."),
        new("demand", "What all sites together carry now, in the unit of their capacities.", "integer"),
        Minutes, ObservatoryCalls.Format("json", "text", "html"),
    ];

    public IEnumerable<ApiRoute> Routes =>
    [
        calls.Read("/api/v1/population", "getPopulation", "Who asks: resolvers, client networks and names, by observed queries", [Minutes, Top, TextFormat], Population),
        calls.Read("/api/v1/propagation", "getPropagation", "How far changes of answers have come in the caches of who asks", [Top, TextFormat], Propagation),
        calls.Read("/api/v1/what-if", "whatIf", "What the observed population would do after an event", Supposed, (request, observatory) => Ask(request, observatory, null)),
        calls.Read("/api/v1/what-if", "whatIfConfigured", "What the observed population would do with another configuration", Supposed, AskProposed) with
        {
            Method = HttpMethods.Post,
            Description = "The body is the whole configuration, as for `replaceConfiguration`; nothing is changed, and nothing kept. Events may be supposed on top of it.",
            // It makes the server read the files that the configuration names, as a plan does.
            Permission = Permission.Write,
            IsReadOnly = true,
            Request = ApiContent.Json<Wire.ChangeSet>(),
            BodyLengthMax = limits.ChangeSetLength,
        },
    ];

    private static ApiReply Propagation(ApiRequest request, Observatory observatory)
    {
        if (!request.TryNumber("top", 1, TopMax, DefaultTop, out long top, out ApiReply? refusal))
        {
            return refusal;
        }
        PropagationReport report = observatory.Propagation.Read();
        return ObservatoryCalls.Reply(request, () => PropagationOutput.ToJson(report, (int)top), () => PropagationOutput.ToText(report, (int)top));
    }

    private static ApiReply Population(ApiRequest request, Observatory observatory)
    {
        if (!request.TryNumber("minutes", 1, MinutesMax, DefaultMinutes, out long minutes, out ApiReply? refusal)
            || !request.TryNumber("top", 1, TopMax, DefaultTop, out long top, out refusal))
        {
            return refusal;
        }
        ObservedPopulation population = observatory.Population.Read(TimeSpan.FromMinutes(minutes));
        return ObservatoryCalls.Reply(
            request,
            () => PopulationOutput.ToJson(population, (int)top, observatory.ReadDemands()),
            () => PopulationOutput.ToText(population, (int)top, observatory.ReadDemands()));
    }

    private ApiReply AskProposed(ApiRequest request, Observatory observatory)
    {
        if (!ChangeRoutes.TryReadChanges(request, out _, out ImmutableArray<DocumentChange> documents, out ApiReply? refusal))
        {
            return refusal!; // Set whenever it is false.
        }
        (MeridianModel? model, ImmutableArray<ChangeError> errors) = sources.Propose(documents);
        return model is null ? DocumentCalls.Reply(new ChangeOutcome.Invalid(errors), null, []) : Ask(request, observatory, model);
    }

    private static ApiReply Ask(ApiRequest request, Observatory observatory, MeridianModel? proposed)
    {
        if (!request.TryNumber("minutes", 1, MinutesMax, DefaultMinutes, out long minutes, out ApiReply? refusal)
            || !request.TryNumber("demand", 1, long.MaxValue, 0, out long demand, out refusal))
        {
            return refusal;
        }
        ImmutableArray<string> Parts(string name) => ObservatoryCalls.All(request, name);
        if (WhatIfRequest.TryRead(Parts("down"), Parts("drain"), Parts("weight"), Parts("ttl"), out string problem, proposed) is not { } asked)
        {
            return ApiReply.BadRequest(problem);
        }
        asked = asked with { Window = TimeSpan.FromMinutes(minutes), Demand = demand > 0 ? demand : null };
        return observatory.WhatIf.Ask(asked, out string? obstacle) is { } result
            ? ObservatoryCalls.Reply(request, () => WhatIfOutput.ToJson(result), () => WhatIfOutput.ToText(result), () => WhatIfHtml.Render(result))
            : ApiReply.BadRequest(obstacle ?? "it cannot be worked out");
    }
}
