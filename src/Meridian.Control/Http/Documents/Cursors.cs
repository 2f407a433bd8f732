using System.Buffers.Text;
using System.Text;

namespace Meridian.Control.Http.Documents;

/// <summary>
/// Where a page ended: the name of its last document, so that pages neither skip nor repeat what was there all along,
/// whatever comes and goes meanwhile. Encoded, so that nobody builds on what is in it.
/// </summary>
internal static class Cursors
{
    private const int LengthMax = 4096;

    public static string Write(string last) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(last));

    public static bool TryRead(string cursor, out string? last)
    {
        last = null;
        if (cursor.Length is 0 or > LengthMax || !Base64Url.IsValid(cursor))
        {
            return false;
        }
        last = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor));
        return true;
    }
}
