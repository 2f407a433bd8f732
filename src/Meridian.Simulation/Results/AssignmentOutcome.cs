namespace Meridian.Simulation.Results;

/// <summary>What the assignment of resolvers came to.</summary>
/// <param name="Networks">Assigned in the end.</param>
/// <param name="Assigned">Their part of the estimated traffic, 0 to 1.</param>
/// <param name="MovedPerHour">The part of the traffic that was moved from one target to another in an hour; 1 is all of it.</param>
/// <param name="EstimateOff">
/// By how much the estimated volume of a resolver is off the true one, at the median of the largest: 0.2 is a fifth either way.
/// </param>
public sealed record AssignmentOutcome(int Networks, double Assigned, double MovedPerHour, double EstimateOff);
