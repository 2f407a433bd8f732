namespace Meridian.Engine.Steering;

/// <summary>
/// How a monitor that guards ramps was: worth keeping over a restart, because a ramp begins anew when its guard comes back.
/// </summary>
/// <param name="Monitor">Its name.</param>
/// <param name="IsWell">No member that it checks was down.</param>
/// <param name="WellSinceSeconds">When it last came back, Unix time; 0 when it was not seen to fail.</param>
public sealed record GuardMemory(string Monitor, bool IsWell, long WellSinceSeconds);
