namespace Meridian.Health.Probes;

/// <summary>
/// How long each phase of a probe took; a phase that was not reached, or is not part of the probe, has no time.
/// The phase in which a probe failed has the time until it failed.
/// </summary>
/// <remarks>Microseconds in 32 bits keep an attempt small: there are 16 of them for each of perhaps 10,000 members.</remarks>
public readonly record struct ProbeTimings
{
    // One more than the value, so that the default of the type means 'not reached'.
    private int ResolvePlusOne { get; init; }

    private int ConnectPlusOne { get; init; }

    private int TlsPlusOne { get; init; }

    private int FirstBytePlusOne { get; init; }

    private int BodyPlusOne { get; init; }

    public TimeSpan? Resolve => Decode(ResolvePlusOne);

    public TimeSpan? Connect => Decode(ConnectPlusOne);

    public TimeSpan? Tls => Decode(TlsPlusOne);

    public TimeSpan? FirstByte => Decode(FirstBytePlusOne);

    public TimeSpan? Body => Decode(BodyPlusOne);

    /// <summary>All phases together.</summary>
    public TimeSpan Total => (Resolve ?? default) + (Connect ?? default) + (Tls ?? default) + (FirstByte ?? default) + (Body ?? default);

    /// <summary>The same with the time of one phase set.</summary>
    public ProbeTimings With(ProbePhase phase, TimeSpan duration)
    {
        int encoded = Encode(duration);
        return phase switch
        {
            ProbePhase.Resolve => this with { ResolvePlusOne = encoded },
            ProbePhase.Connect => this with { ConnectPlusOne = encoded },
            ProbePhase.Tls => this with { TlsPlusOne = encoded },
            ProbePhase.FirstByte => this with { FirstBytePlusOne = encoded },
            _ => this with { BodyPlusOne = encoded },
        };
    }

    /// <summary>Phase by phase, the times of two requests of one attempt together.</summary>
    public ProbeTimings Plus(ProbeTimings other) => new()
    {
        ResolvePlusOne = Add(ResolvePlusOne, other.ResolvePlusOne),
        ConnectPlusOne = Add(ConnectPlusOne, other.ConnectPlusOne),
        TlsPlusOne = Add(TlsPlusOne, other.TlsPlusOne),
        FirstBytePlusOne = Add(FirstBytePlusOne, other.FirstBytePlusOne),
        BodyPlusOne = Add(BodyPlusOne, other.BodyPlusOne),
    };

    /// <summary>Such as <c>connect 0.4 ms, first byte 12 ms, body 0.1 ms</c>.</summary>
    public override string ToString()
    {
        List<string> parts = [];
        Add("resolve", Resolve);
        Add("connect", Connect);
        Add("TLS", Tls);
        Add("first byte", FirstByte);
        Add("body", Body);
        return string.Join(", ", parts);

        void Add(string name, TimeSpan? duration)
        {
            if (duration is { } value)
            {
                parts.Add($"{name} {DurationText.Format(value)}");
            }
        }
    }

    private static int Add(int one, int other) => one == 0 ? other : other == 0 ? one : (int)Math.Min((long)one + other - 1, int.MaxValue);

    private static int Encode(TimeSpan duration) => 1 + (int)Math.Clamp(duration.TotalMicroseconds, 0, int.MaxValue - 1);

    private static TimeSpan? Decode(int plusOne) => plusOne == 0 ? null : TimeSpan.FromMicroseconds(plusOne - 1L);
}
