namespace Meridian.Engine.Steering;

/// <summary>What a node that is no weighted draw decided by. Which fields count depends on the kind.</summary>
/// <param name="Share">Ramp and shed: the share that moves. Spill: the chosen pool's share. Cheapest: what the chosen one costs. Assigned: the network's part of the traffic.</param>
/// <param name="Drawn">Ramp, shed and spill: the draw, 0 to 1.</param>
/// <param name="Step">Ramp: the step, counted from 0; −1 before the start and while the guard fails. Cheapest: the best child's edge. Assigned: the home's edge.</param>
/// <param name="UnixSeconds">Schedule and ramp: the moment.</param>
internal readonly record struct ChoiceFacts(double Share, double Drawn, int Step, long UnixSeconds);
