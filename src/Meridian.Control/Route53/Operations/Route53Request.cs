using System.Collections.Immutable;
using System.Globalization;
using Meridian.Control.Access;
using Meridian.Control.Route53.Reading;
using Meridian.Control.Route53.Signing;
using Meridian.Control.Route53.Wire;

namespace Meridian.Control.Route53.Operations;

/// <summary>A request whose signature was good and whose operation is known.</summary>
internal sealed class Route53Request
{
    private readonly ImmutableDictionary<string, string> _path;
    private readonly Dictionary<string, string> _query = new(StringComparer.Ordinal);

    /// <param name="route">The operation.</param>
    /// <param name="path">The parameters in the path, decoded.</param>
    /// <param name="signed">As it came.</param>
    /// <param name="caller">Who signed it.</param>
    /// <param name="aborted">When the client is gone.</param>
    public Route53Request(Route53Route route, ImmutableDictionary<string, string> path, SignedRequest signed, Principal caller, CancellationToken aborted)
    {
        (Route, _path, Body, Caller, Aborted) = (route, path, signed.Body, caller, aborted);
        foreach (string pair in signed.RawQuery.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            string name = PercentText.DecodeUtf8(equals < 0 ? pair : pair[..equals]);
            _query[name] = equals < 0 ? "" : PercentText.DecodeUtf8(pair[(equals + 1)..]);
        }
    }

    public Route53Route Route { get; }

    public Principal Caller { get; }

    public ReadOnlyMemory<byte> Body { get; }

    public CancellationToken Aborted { get; }

    /// <summary>What it is about, for the audit log; null when the path names nothing.</summary>
    public string? Target => _path.Count == 0 ? null : string.Join('/', _path.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Value));

    /// <summary>A parameter of the path.</summary>
    public string Path(string name) => _path[name];

    /// <summary>An id in the path, without a path of its own in front.</summary>
    /// <exception cref="Route53Exception">It is longer than ids are.</exception>
    public string Id(string name = "Id")
    {
        string id = Path(name);
        XmlBody.CheckLength(id, char.ToLowerInvariant(name[0]) + name[1..], 1, ResourceIds.LengthMax);
        return ResourceIds.Bare(id);
    }

    /// <summary>A parameter behind the question mark; null when it is not there or says nothing.</summary>
    public string? Query(string name) => _query.TryGetValue(name, out string? value) && value.Length > 0 ? value : null;

    /// <summary>How many items a page has; it is echoed as it was given.</summary>
    /// <param name="name">Of the parameter.</param>
    /// <param name="most">The most there are in a page, and how many there are unless fewer are asked for.</param>
    /// <param name="text">What to echo.</param>
    public int PageLength(string name, int most, out string text)
    {
        text = Query(name) ?? most.ToString(CultureInfo.InvariantCulture);
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) || count < 1)
        {
            throw Route53Error.InvalidInput($"The parameter {name} must be a number of 1 to {most}; it is '{text}'.").ToException();
        }
        return Math.Min(count, most);
    }

    /// <summary>The body, which must be this element.</summary>
    public XmlBody Read(string root) => XmlBody.Read(Body, root);

    /// <summary>Refuses a zone that the caller's key is not for.</summary>
    public void CheckScope(HostedZone zone) => CheckScope(zone.DocumentName);

    /// <summary>Refuses a zone that the caller's key is not for.</summary>
    /// <param name="zone">Its name, with or without the final dot.</param>
    public void CheckScope(string zone)
    {
        if (!Caller.Scope.Contains(zone))
        {
            throw Route53Error.AccessDenied(Caller.Name, Route.Operation, $"its key is for {Caller.Scope}, not for {zone}").ToException();
        }
    }

    /// <summary>Refuses keys of some zones where something is touched that zones share.</summary>
    public void CheckShared(string what)
    {
        if (!Caller.Scope.IsAll)
        {
            throw Route53Error.AccessDenied(Caller.Name, Route.Operation, $"{what} is shared by zones, and its key is for {Caller.Scope} only").ToException();
        }
    }
}
