using Meridian.Client.Wire;
using Meridian.Control.Access;
using Meridian.Control.ChangeLog;
using Meridian.Control.Tests.ChangeLog;
using Microsoft.Extensions.Logging.Abstractions;
using static Meridian.Control.Tests.ChangeLog.ChangeSets;

namespace Meridian.Control.Tests.Access;

public sealed class ChangeAuditTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("meridian-audit-");
    private readonly MemoryChangeLog _log = new(TimeProvider.System);
    private readonly UpdateSources _sources = new(TimeProvider.System);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task Reconcile_ProcessEndedBetweenChangeAndLine_WritesTheLineFromTheLog()
    {
        await _log.AcceptAsync(Set(Put("before", "1")));
        await _log.AcceptAsync(Set(Put("told", "1")));
        await using (AuditLog audit = Open())
        {
            Assert.True(await audit.TryWriteAsync(Line(2), Cancellation));
        }
        await _log.AcceptAsync(Set(Put("untold", "1")) with { Author = "ann", Message = "the change that was durable", Reason = "why" });

        await using AuditLog again = Open();
        Assert.Equal(3, await Create(again).ReconcileAsync(Cancellation));
        AuditEntry entry = Assert.Single(again.Read(null, 100, entry => entry.Action == "change"));

        // What was before the audit log began is not told anew.
        Assert.Equal((3L, "ann", "the change that was durable", "why"), (entry.Revision, entry.Who, entry.Target, entry.Reason));
        Assert.Contains("the server ended", entry.Detail, StringComparison.Ordinal);
        Assert.Equal(3, await Create(again).ReconcileAsync(Cancellation));
        Assert.Equal(2, again.Read(null, 100, _ => true).Length);
        Assert.Null(AuditLog.Verify(_directory.FullName).Problem);
    }

    [Fact]
    public async Task Run_DynamicUpdate_HasItsLineAtOnceWithTheAddress()
    {
        await _log.AcceptAsync(Set(Put("a", "1")));
        await using AuditLog audit = Open();
        await audit.TryWriteAsync(Line(1), Cancellation);
        using CancellationTokenSource stopping = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        Task running = Create(audit).RunAsync(stopping.Token);

        // Which of the two is seen first is the threads' affair.
        await _log.AcceptAsync(Set(Put("b", "1")) with { Author = "acme", Origin = ChangeOrigin.Update, Message = "update of example.com." });
        _sources.Add(2, "192.0.2.53");
        while (!audit.Knows(2))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Cancellation);
        }
        await stopping.CancelAsync();
        await running;

        AuditEntry entry = audit.Read(null, 1, _ => true).Single();
        Assert.Equal(("dynamicUpdate", "acme", "192.0.2.53", 2L), (entry.Action, entry.Who, entry.From, entry.Revision));
    }

    private AuditLog Open() => new(_directory.FullName, new AccessLimits(), TimeProvider.System, NullLogger<AuditLog>.Instance);

    private ChangeAudit Create(AuditLog audit) => new(audit, _log, _sources, TimeProvider.System, NullLogger<ChangeAudit>.Instance);

    private static AuditEntry Line(long revision) =>
        new() { Who = "tool", Role = "editor", Action = "putPool", Outcome = AuditOutcomes.Done, Revision = revision };
}
