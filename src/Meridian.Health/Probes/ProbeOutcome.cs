namespace Meridian.Health.Probes;

/// <summary>How one probe ended. The reason in words says more; this is what is counted.</summary>
public enum ProbeOutcome : byte
{
    /// <summary>The member answered as the monitor expects.</summary>
    Success,

    /// <summary>The member's host refused the connection: nothing listens there.</summary>
    Refused,

    /// <summary>The network or the host cannot be reached from here.</summary>
    Unreachable,

    /// <summary>The deadline passed in one of the phases.</summary>
    TimedOut,

    /// <summary>The connection was closed or reset before the answer was complete.</summary>
    Closed,

    /// <summary>The member's hostname has no address.</summary>
    NameNotResolved,

    /// <summary>The TLS handshake failed for another reason than the certificate.</summary>
    TlsFailed,

    /// <summary>The certificate is for another name, not trusted, expired or not yet valid.</summary>
    CertificateRejected,

    /// <summary>What came back is not HTTP, or breaks its rules or our limits.</summary>
    InvalidAnswer,

    /// <summary>The status code is none of the expected ones.</summary>
    UnexpectedStatus,

    /// <summary>The expected text does not stand in the first 64 KiB of the body.</summary>
    UnexpectedBody,

    /// <summary>The answer is valid, but not the one that is expected (tcp, tls, dns, grpc, script, prometheus).</summary>
    UnexpectedAnswer,

    /// <summary>The command ended with another exit code than the expected one.</summary>
    CommandFailed,

    /// <summary>The member has not reported within the time that a report holds, or reported trouble (push).</summary>
    NotReported,

    /// <summary>
    /// The attempt could not be made, for a cause on this side (no free descriptor or port, a monitor that cannot be
    /// carried out). It says nothing of the member, so it is shown but not judged.
    /// </summary>
    NotMade,
}

/// <summary>What an outcome means to the judge.</summary>
public static class ProbeOutcomes
{
    /// <summary>True when the outcome says something of the member, good or bad.</summary>
    public static bool IsConclusive(this ProbeOutcome outcome) => outcome != ProbeOutcome.NotMade;
}
