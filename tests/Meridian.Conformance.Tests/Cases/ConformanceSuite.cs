using System.Text;
using Meridian.Conformance.Tests.Client;
using Meridian.Conformance.Tests.Subjects;
using Meridian.Dns.Messages;
using Meridian.Dns.Records;

namespace Meridian.Conformance.Tests.Cases;

/// <summary>
/// Runs a table of cases against the chosen servers. With all of them a case must pass on two of the three references: one that
/// does not is no statement about the RFC. What is expected to fail is listed with its reason, and fails when it passes.
/// </summary>
/// <typeparam name="TTable">The table: the deriving class itself.</typeparam>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1000", Justification = "xUnit asks the closed type for the cases.")]
public abstract class ConformanceSuite<TTable>(SubjectFleet fleet, ConformanceReport report)
    where TTable : ICaseTable
{
    private const int ReferencesNeeded = 2;
    private const string ProbeZone = "rfc.test.";

    public static TheoryData<string> CaseNames => [.. TTable.Cases.Select(entry => entry.Name)];

    [Theory]
    [MemberData(nameof(CaseNames))]
    public async Task Subject_Case_AnswersAsTheRfcSays(string name)
    {
        ConformanceCase entry = TTable.Cases.Single(candidate => candidate.Name == name);
        StringBuilder failures = new();
        int references = 0;
        int passed = 0;
        foreach (ISubject subject in await fleet.GetAsync())
        {
            if (entry.MeridianOnly is not null && subject.Kind != SubjectKind.Meridian)
            {
                continue;
            }
            Reply? reply = entry.Script is null ? Exchange(subject, entry.Ask, entry.Expect.IsNoResponse) : null;
            IReadOnlyList<string> problems = reply is null ? Run(entry, subject) : entry.Expect.Judge(reply);
            report.Add(TTable.Rfc, entry.Name, subject.Kind, problems.Count == 0);
            if (subject.Kind != SubjectKind.Meridian)
            {
                references++;
                passed += problems.Count == 0 ? 1 : 0;
            }
            Compare(subject, $"{TTable.Rfc} | {name}", problems, reply, failures);
        }
        if (references == Enum.GetValues<SubjectKind>().Length - 1 && passed < ReferencesNeeded)
        {
            failures.AppendLine($"the case is not valid: it passes on {passed} of {references} references");
        }
        Assert.True(failures.Length == 0, failures.ToString());
    }

    private static void Compare(ISubject subject, string name, IReadOnlyList<string> problems, Reply? reply, StringBuilder failures)
    {
        ExpectedFailure? expected = ExpectedFailure.All.FirstOrDefault(entry => entry.Subject == subject.Kind && entry.Case == name);
        if (expected is null && problems.Count > 0)
        {
            failures.AppendLine($"{subject.Kind}: {string.Join("\n  ", problems)}\n{reply}");
        }
        else if (expected is not null && problems.Count == 0)
        {
            failures.AppendLine($"{subject.Kind} passes although Expected/conformance.txt says '{expected.Reason}': take the line off the list");
        }
    }

    private static string[] Run(ConformanceCase entry, ISubject subject) =>
        entry.Script?.Invoke(subject.Endpoint) is { } problem ? [problem] : [];

    private static Reply Exchange(ISubject subject, Ask ask, bool mayBeSilent)
    {
        if (ask.IsTcp)
        {
            using TcpClient stream = new(subject.Endpoint);
            return new Reply(ask.Wire, stream.Ask(ask.Wire.Span));
        }
        using UdpClient client = new(subject.Endpoint);
        if (!mayBeSilent)
        {
            return new Reply(ask.Wire, client.Ask(ask.Wire.Span));
        }
        byte[] probe = new QueryBuilder(ProbeZone, RecordType.SOA) { Id = Ask.Id + 1, Flags = MessageFlags.None }.Build();
        return new Reply(ask.Wire, client.AskWithProbe(ask.Wire.Span, probe));
    }
}
