namespace Meridian.Engine.Model;

/// <summary>What is kept of who asks.</summary>
public sealed record ObservingModel
{
    public ObservedDetail Who { get; init; } = ObservedDetail.Resolvers;

    /// <summary>How far back the account of each minute goes, 10 min to 48 h.</summary>
    public TimeSpan Keep { get; init; } = TimeSpan.FromHours(6);

    /// <summary>Askers told apart in each minute, 64 to 16,384; what is beyond them is counted by name alone. 80 octets each.</summary>
    public int Rows { get; init; } = 1024;

    /// <summary>How many times its former length a TTL may become before it is an alarm; 0 is none, up to 1,000,000.</summary>
    public int TtlDrift { get; init; } = 4;
}

/// <summary>How closely askers are told apart.</summary>
public enum ObservedDetail : byte
{
    /// <summary>Resolvers by their address; clients that resolvers name by /24 and /56.</summary>
    Resolvers,

    /// <summary>Resolvers by /24 and /56 too.</summary>
    Networks,

    /// <summary>Nothing is kept.</summary>
    Nobody,
}
