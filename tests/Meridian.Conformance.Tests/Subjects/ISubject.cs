using System.Net;

namespace Meridian.Conformance.Tests.Subjects;

/// <summary>A running server that answers from the given zones over UDP and TCP.</summary>
public interface ISubject : IAsyncDisposable
{
    SubjectKind Kind { get; }

    /// <summary>On loopback; the same port for UDP and TCP.</summary>
    IPEndPoint Endpoint { get; }

    /// <summary>The last lines that the server wrote, for the message of a failure.</summary>
    string LastLines { get; }
}
