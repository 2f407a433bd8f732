namespace Meridian.HealthBench.Outage;

/// <summary>How a member stops working.</summary>
internal enum WayToDie
{
    ListenerClosed,
    HostSilent,
    Status500,
    HangsAfterConnect,
    WrongBody,
    ExpiredCertificate,
}
