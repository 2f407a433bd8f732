namespace Meridian.StoreBench;

/// <summary>One system call of a trace, as far as it matters to files.</summary>
/// <param name="Name">write, pwrite64, fdatasync, fsync, ftruncate, openat, unlink, rename.</param>
/// <param name="Path">The file or directory; what a descriptor leads to.</param>
/// <param name="Data">What was written.</param>
/// <param name="Number">The offset of pwrite64, the length of ftruncate.</param>
/// <param name="Flags">Of openat, as strace writes them.</param>
/// <param name="Result">What it returned.</param>
/// <param name="Target">The new name of rename.</param>
internal sealed record TracedCall(string Name, string Path, byte[] Data, long Number, string Flags, long Result, string? Target = null)
{
    public bool IsSync => Name is "fdatasync" or "fsync";
}
