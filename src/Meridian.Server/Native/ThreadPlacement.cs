using System.Collections.Immutable;
using System.Numerics;

namespace Meridian.Server.Native;

/// <summary>Which cores this process may use, and the binding of the calling thread to one of them.</summary>
internal static unsafe class ThreadPlacement
{
    // 1,024 cores, the size of glibc's own cpu_set_t.
    private const int MaskWords = 16;

    // Of a core that is wanted by all, answers get nine tenths; health checks and the compiler never less than the rest.
    private const int AnsweringNice = -10;

    /// <summary>
    /// The cores that the affinity mask (taskset, cpuset cgroup) allows, in order; empty when unknown.
    /// </summary>
    public static ImmutableArray<int> AllowedCores()
    {
        ulong* mask = stackalloc ulong[MaskWords];
        new Span<ulong>(mask, MaskWords).Clear();
        if (Libc.GetAffinity(0, MaskWords * sizeof(ulong), mask) < 0)
        {
            return [];
        }

        ImmutableArray<int>.Builder cores = ImmutableArray.CreateBuilder<int>();
        for (int word = 0; word < MaskWords; word++)
        {
            for (ulong bits = mask[word]; bits != 0; bits &= bits - 1)
            {
                cores.Add((word * 64) + BitOperations.TrailingZeroCount(bits));
            }
        }

        return cores.ToImmutable();
    }

    /// <summary>
    /// Keeps the calling thread on one core: its buffers and its part of the tables stay in that core's cache.
    /// </summary>
    public static bool TryPin(int core)
    {
        if ((uint)core >= MaskWords * 64)
        {
            return false;
        }

        ulong* mask = stackalloc ulong[MaskWords];
        new Span<ulong>(mask, MaskWords).Clear();
        mask[core / 64] = 1UL << (core % 64);
        return Libc.SetAffinity(0, MaskWords * sizeof(ulong), mask) == 0;
    }

    /// <summary>The kernel's number of the calling thread, which others name it by.</summary>
    public static int CurrentThread() => Libc.GetThreadId();

    /// <summary>
    /// Lets a thread of this process go before its other threads where they share a core. Takes CAP_SYS_NICE; without it all
    /// are equal, and the slowest answers in a hundred wait a few milliseconds for the others.
    /// </summary>
    /// <param name="thread">Its number.</param>
    public static bool TryPrefer(int thread) => Libc.SetPriority(Linux.PriorityOfThread, (uint)thread, AnsweringNice) == 0;
}
