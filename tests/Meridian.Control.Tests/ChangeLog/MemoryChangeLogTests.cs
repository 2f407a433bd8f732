using Meridian.Control.ChangeLog;

namespace Meridian.Control.Tests.ChangeLog;

public sealed class MemoryChangeLogTests : ChangeLogContract
{
    protected override Task<IChangeLog> CreateAsync() => Task.FromResult<IChangeLog>(new MemoryChangeLog(TimeProvider.System));
}
