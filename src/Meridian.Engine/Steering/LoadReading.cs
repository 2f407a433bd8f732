namespace Meridian.Engine.Steering;

/// <summary>One number of the load feed.</summary>
/// <param name="Subject">A pool, a site, or whatever the configuration calls it.</param>
/// <param name="Metric">What is measured: <c>load</c>, <c>demand</c>, <c>usage</c>.</param>
/// <param name="Value">0 or more, in the operator's unit.</param>
public readonly record struct LoadReading(string Subject, string Metric, double Value);
