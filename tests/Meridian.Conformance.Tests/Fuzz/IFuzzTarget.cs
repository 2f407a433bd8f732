namespace Meridian.Conformance.Tests.Fuzz;

/// <summary>Something that takes hostile input. It has no state that an input could leave behind for the next.</summary>
internal interface IFuzzTarget
{
    /// <summary>One word: in reports and in the case of a regression.</summary>
    string Name { get; }

    /// <summary>What mutation begins with.</summary>
    IReadOnlyList<byte[]> Seeds { get; }

    /// <summary>Pieces that inputs of this kind are made of, for mutation to put in.</summary>
    IReadOnlyList<byte[]> Dictionary { get; }

    /// <summary>How many inputs it gets in each round, so that all targets get their share of time.</summary>
    int InputsPerRound { get; }

    /// <summary>
    /// Takes an input. Throws when what must hold does not; any other exception is a crash as well.
    /// </summary>
    /// <returns>A hash of what happened: an input that makes something new happen is kept and mutated further.</returns>
    int Take(ReadOnlySpan<byte> input);
}

/// <summary>What must hold for every input does not.</summary>
internal sealed class FuzzFailureException(string message) : Exception(message)
{
    public static void ThrowUnless(bool holds, string what)
    {
        if (!holds)
        {
            throw new FuzzFailureException(what);
        }
    }
}
