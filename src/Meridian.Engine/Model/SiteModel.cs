namespace Meridian.Engine.Model;

/// <summary>A named place that serves traffic (region, datacenter, CDN).</summary>
public sealed record SiteModel
{
    public required string Name { get; init; }

    /// <summary>It stands for a region or a point that record sets name; nobody wrote it as a site.</summary>
    public bool IsImplicit { get; init; }

    /// <summary>The cloud region it is near, such as <c>aws:eu-west-1</c>; gives the coordinates when none are written.</summary>
    public string? Near { get; init; }

    public Coordinates? Location { get; init; }

    /// <summary>ISO 3166-1 alpha-2.</summary>
    public string? Country { get; init; }

    /// <summary>In the operator's unit (requests/s, Mbit/s); 0 or more.</summary>
    public double? Capacity { get; init; }

    /// <summary>In the operator's unit; 0 or more.</summary>
    public double? Cost { get; init; }
}
