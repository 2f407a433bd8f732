using System.Net;

namespace Meridian.Conformance.Tests.Cases;

/// <summary>One question and what an RFC says of its answer.</summary>
/// <param name="Name">The section and what it is about; unique within its RFC.</param>
/// <param name="Ask">What is sent.</param>
/// <param name="Expect">What has to come back.</param>
public sealed record ConformanceCase(string Name, Ask Ask, Expect Expect)
{
    /// <summary>
    /// What takes more than one question and its answer, such as the handling of a connection: says what is wrong, or null.
    /// </summary>
    public Func<IPEndPoint, string?>? Script { get; init; }

    /// <summary>Why only Meridian is asked, for what the other servers do not do; null for cases that all must pass.</summary>
    public string? MeridianOnly { get; init; }

    /// <summary>A case that is a script.</summary>
    public static ConformanceCase Of(string name, Func<IPEndPoint, string?> script) =>
        new(name, new Ask { Wire = default }, Expect.Anything) { Script = script };
}

/// <summary>The cases of one part of an RFC, or of one RFC.</summary>
public interface ICaseTable
{
    /// <summary>As in the table and in the list of expected differences: <c>RFC 2308</c>.</summary>
    static abstract string Rfc { get; }

    static abstract IEnumerable<ConformanceCase> Cases { get; }
}
