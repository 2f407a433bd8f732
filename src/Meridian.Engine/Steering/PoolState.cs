using Meridian.Dns.Records;

namespace Meridian.Engine.Steering;

/// <summary>One pool in the health table: whether it is available, and every answer it can give. Immutable.</summary>
internal sealed class PoolState
{
    /// <summary>At least the pool's minimum of members is available.</summary>
    public required bool IsAvailable { get; init; }

    public required int AvailableCount { get; init; }

    /// <summary>A member still waits for its first verdict.</summary>
    public required bool IsAwaited { get; init; }

    /// <summary>The shortest time in which a member's verdict could change; 0 when none is about to.</summary>
    public required uint HorizonSeconds { get; init; }

    /// <summary>The available members.</summary>
    public required AnswerSet Normal { get; init; }

    /// <summary>Every member that an operator did not take out (fail open).</summary>
    public required AnswerSet FailOpen { get; init; }

    /// <summary>What was answered when the pool was last available; empty while it is, and when it never was.</summary>
    public required AnswerSet LastGood { get; init; }

    /// <summary>When the pool stopped being available, in the order of such events; 0 while it is, and when it never was.</summary>
    public required long LastGoodSequence { get; init; }

    public AnswerSet InMode(EvaluationMode mode) => mode switch
    {
        EvaluationMode.Normal => Normal,
        EvaluationMode.LastGood => LastGood,
        _ => FailOpen,
    };

    /// <summary>Whether there is an answer of a type; HTTPS and SVCB are content with any member.</summary>
    public static bool HasAnswer(AnswerSet answers, RecordType type) => type switch
    {
        RecordType.A => !answers.IPv4.IsEmpty,
        RecordType.AAAA => !answers.IPv6.IsEmpty,
        RecordType.CNAME => !answers.Hostnames.IsEmpty,
        _ => !answers.IsEmpty,
    };
}

/// <summary>Which members count while a tree is evaluated.</summary>
internal enum EvaluationMode : byte
{
    /// <summary>The available ones.</summary>
    Normal,

    /// <summary>Those of the pools that were available last.</summary>
    LastGood,

    /// <summary>All that no operator took out.</summary>
    FailOpen,
}
