using System.Reflection;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace Meridian.Control.ChangeLog.Sqlite;

/// <summary>
/// Chooses which SQLite this process uses: the system's where there is one that is newer than the one that comes along. It
/// gets its security fixes with the system, and the package has not had one for years (docs/adr/0005).
/// </summary>
internal static class SqliteLibrary
{
    /// <summary>The names of the system's library, most specific first.</summary>
    private static readonly string[] SystemNames = ["libsqlite3.so.0", "libsqlite3.dylib", "winsqlite3"];

    private static readonly Lazy<string> Loaded = new(Load);

    /// <summary>Loads the library at the first call. Returns its version and where it came from, for the log: <c>3.40.1 (libsqlite3.so.0)</c>.</summary>
    public static string Use() => Loaded.Value;

    private static string Load()
    {
        Assembly provider = typeof(SQLite3Provider_e_sqlite3).Assembly;
        // The provider's functions are bound by the name of the library that comes along; the resolver gives another for it.
        (nint handle, string origin) = FindSystem() is { } system && VersionOf(system.Handle) > VersionOf(LoadBundled(provider))
            ? system
            : (LoadBundled(provider), "bundled");
        if (handle != 0)
        {
            NativeLibrary.SetDllImportResolver(provider, (name, _, _) => name == "e_sqlite3" ? handle : 0);
        }
        raw.SetProvider(new SQLite3Provider_e_sqlite3());
        raw.FreezeProvider();
        return $"{raw.sqlite3_libversion().utf8_to_string()} ({origin})";
    }

    private static (nint Handle, string Origin)? FindSystem()
    {
        foreach (string name in SystemNames)
        {
            if (NativeLibrary.TryLoad(name, out nint handle))
            {
                return (handle, name);
            }
        }
        return null;
    }

    private static nint LoadBundled(Assembly provider) =>
        NativeLibrary.TryLoad("e_sqlite3", provider, null, out nint handle) ? handle : 0;

    /// <summary>As SQLite numbers itself, 3040001 for 3.40.1; 0 when the library is not there or is no SQLite.</summary>
    private static int VersionOf(nint library)
    {
        if (library == 0 || !NativeLibrary.TryGetExport(library, "sqlite3_libversion_number", out nint function))
        {
            return 0;
        }
        return Marshal.GetDelegateForFunctionPointer<VersionNumber>(function)();
    }

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int VersionNumber();
}
