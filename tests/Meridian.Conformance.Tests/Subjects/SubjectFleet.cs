using System.Collections.Immutable;

namespace Meridian.Conformance.Tests.Subjects;

/// <summary>The chosen servers, started once for all tests when the first of them asks, with all zones that any test needs.</summary>
public sealed class SubjectFleet : IAsyncDisposable
{
    private readonly SemaphoreSlim _starting = new(1);
    private ImmutableArray<ISubject> _subjects = [];
    private bool _hasFailed;

    /// <summary>In the order of <see cref="SubjectKind"/>.</summary>
    public async Task<ImmutableArray<ISubject>> GetAsync()
    {
        await _starting.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            // Tried once: the first test that needs them says why they did not start.
            Assert.False(_hasFailed, "the servers did not start");
            if (_subjects.IsEmpty)
            {
                _hasFailed = true;
                _subjects = await StartAsync(SubjectSelection.Read(), ZoneCollection.All);
                _hasFailed = false;
            }
            return _subjects;
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <summary>Starts servers beside each other; all or none.</summary>
    internal static async Task<ImmutableArray<ISubject>> StartAsync(IReadOnlyList<SubjectKind> kinds, IReadOnlyList<TestZone> zones)
    {
        List<Task<ISubject>> starting = [.. kinds.Select(kind => ServerSubject.StartAsync(kind, zones, TestContext.Current.CancellationToken))];
        try
        {
            return [.. await Task.WhenAll(starting)];
        }
        catch
        {
            foreach (Task<ISubject> started in starting)
            {
                if (started.IsCompletedSuccessfully)
                {
                    await started.Result.DisposeAsync();
                }
            }
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ISubject subject in _subjects)
        {
            await subject.DisposeAsync();
        }
        _starting.Dispose();
    }
}
