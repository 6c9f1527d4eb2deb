import { forbidden } from '../errors.ts';
import { renderUser } from '../render/user.ts';
import { type Call, ok, type Reply, type Route } from '../route.ts';

/** Who a token belongs to, and how much it may still ask. */
export const ACCOUNT_ROUTES: readonly Route[] = [
  {
    scope: 'account',
    method: 'GET',
    template: '/user',
    docs: '/users/users#get-the-authenticated-user',
    needs: [],
    handle: getAuthenticatedUser,
  },
  {
    scope: 'account',
    method: 'GET',
    template: '/rate_limit',
    docs: '/rate-limit/rate-limit#get-rate-limit-status-for-the-authenticated-user',
    needs: [],
    handle: getRateLimit,
  },
];

/** An installation is nobody: this is how a client finds out what kind of token it holds. */
function getAuthenticatedUser({ token, state }: Call): Reply {
  if (token.kind === 'installation') throw forbidden(token.kind);
  const { user } = token;
  return ok({
    ...renderUser(user, state.urls),
    name: null,
    company: null,
    blog: '',
    location: null,
    email: null,
    hireable: null,
    bio: null,
    twitter_username: null,
    public_repos: state.repositories.filter((repository) => repository.owner === user).length,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: user.createdAt,
    updated_at: user.createdAt,
  });
}

function getRateLimit({ token }: Call): Reply {
  const { limit, used, remaining, reset } = token.rateLimit;
  const core = { limit, used, remaining, reset };
  return ok({ resources: { core, search: { limit: 30, used: 0, remaining: 30, reset } }, rate: core });
}
