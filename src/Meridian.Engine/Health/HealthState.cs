namespace Meridian.Engine.Health;

/// <summary>What the health checks say of a member, before the operator's word.</summary>
public enum HealthState : byte
{
    /// <summary>No verdict yet. Not served while the warm-up lasts, as up after it.</summary>
    Unknown,

    Up,

    Down,
}
