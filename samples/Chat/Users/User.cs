using System.ComponentModel.DataAnnotations;

namespace Chat;

/// <summary>The body of <c>POST /users</c>.</summary>
public sealed record CreateUser
{
    /// <summary>What the user is called.</summary>
    [Required, StringLength(100)]
    public string? Name { get; init; }

    /// <summary>The user's address.</summary>
    [Required, EmailAddress, StringLength(254)]
    public string? Email { get; init; }
}

/// <summary>A user as stored and as answered.</summary>
public sealed record User(string Id, string Name, string Email, DateTimeOffset CreatedAt);

/// <summary>One page of users; <paramref name="Next"/> leads to the following one and is null on the last.</summary>
public sealed record UserPage(IReadOnlyList<User> Users, string? Next);
