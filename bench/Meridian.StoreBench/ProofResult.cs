namespace Meridian.StoreBench;

/// <summary>What a proof found.</summary>
/// <param name="Text">Its figures, for people.</param>
/// <param name="Failures">What does not hold; empty when all does.</param>
public sealed record ProofResult(string Text, IReadOnlyList<string> Failures);
