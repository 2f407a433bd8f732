namespace Meridian.Control.Route53.Records;

/// <summary>When a record set among several is the answer.</summary>
internal abstract record Routing
{
    private Routing()
    {
    }

    /// <summary>As the service's messages name it: <c>weighted</c>.</summary>
    public abstract string Kind { get; }

    /// <summary>What no two sets of a group may have in common; null where they may be alike.</summary>
    public virtual object? Key => null;

    /// <param name="Weight">0 to 255.</param>
    public sealed record Weighted(int Weight) : Routing
    {
        public override string Kind => "weighted";
    }

    /// <param name="Region">A region of AWS.</param>
    public sealed record Latency(string Region) : Routing
    {
        public override string Kind => "latency";

        public override object Key => Region;
    }

    public sealed record Failover(bool IsPrimary) : Routing
    {
        public override string Kind => "failover";

        public override object Key => IsPrimary;
    }

    /// <summary>A continent, or a country (<c>*</c> is the default) with perhaps a subdivision.</summary>
    public sealed record GeoLocation(string? Continent, string? Country, string? Subdivision) : Routing
    {
        public override string Kind => "geolocation";

        public override object Key => this;
    }

    /// <summary>A region, or a point as it was written.</summary>
    public sealed record GeoProximity(string? Region, string? Latitude, string? Longitude, int? Bias) : Routing
    {
        public override string Kind => "geoproximity";
    }

    /// <param name="CollectionId">The collection.</param>
    /// <param name="Location">One of its locations; <c>*</c> is the default.</param>
    public sealed record Cidr(string CollectionId, string Location) : Routing
    {
        public override string Kind => "cidr";

        public override object Key => Location;
    }

    public sealed record MultiValue : Routing
    {
        public override string Kind => "multivalue answer";
    }
}
