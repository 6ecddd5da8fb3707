using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace Chat;

/// <summary>Data annotations as the errors of a 422.</summary>
internal static class Validation
{
    /// <summary>The messages by field, named as in JSON; null when there are none.</summary>
    public static Dictionary<string, string[]>? ErrorsOf(object value)
    {
        var results = new List<ValidationResult>();
        return Validator.TryValidateObject(value, new ValidationContext(value), results, validateAllProperties: true)
            ? null
            : results
                .SelectMany(r => r.MemberNames, (r, member) => (Field: JsonNamingPolicy.CamelCase.ConvertName(member), Message: r.ErrorMessage ?? "It is not valid."))
                .GroupBy(e => e.Field, e => e.Message)
                .ToDictionary(g => g.Key, g => g.ToArray());
    }
}
