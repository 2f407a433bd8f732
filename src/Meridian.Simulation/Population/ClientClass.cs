namespace Meridian.Simulation.Population;

/// <summary>Clients that hold addresses alike.</summary>
/// <param name="Name">For reports.</param>
/// <param name="Share">Their part of the traffic, relative to the other classes; above 0.</param>
/// <param name="Rule">How they hold.</param>
/// <param name="Seconds">How long, 0 to 2,592,000 (30 d); unused by <see cref="HoldRule.None"/>.</param>
public sealed record ClientClass(string Name, double Share, HoldRule Rule, double Seconds = 0);
