namespace Meridian.Host.Simulating;

/// <summary>What <c>simulate</c> is told.</summary>
internal sealed record SimulationArguments
{
    public required string Path { get; init; }

    public string? Name { get; init; }

    public string Type { get; init; } = "A";

    public string? Population { get; init; }

    public string? Scenario { get; init; }

    public ulong Seed { get; init; } = 1;

    public string? Html { get; init; }

    public string? Sweep { get; init; }

    public bool AsJson { get; init; }
}
